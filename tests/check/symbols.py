"""What object files define and lack, as nm says."""
import subprocess

MADE_BY_COMPILER = ("__asan", "__odr_asan", "__ubsan", "__gcov", "__llvm")


def all_of(objects):
    """(the object's path, is it defined there?, the name) of each global symbol; objects
    are lists as CMake writes them."""
    paths = [path for some in objects for path in some.split(";")]
    output = subprocess.run(["nm", "-A", "-g", *paths], check=True, capture_output=True, text=True).stdout
    for line in output.splitlines():
        path, rest = line.split(":", 1)
        kind, name = rest.split()[-2:]
        if not name.startswith(MADE_BY_COMPILER):
            yield path, kind != "U", name
