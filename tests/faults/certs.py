#!/usr/bin/env python3
"""Make certificates, good and bad, to serve and to check.

usage: certs.py FOLDER

Writes into FOLDER
  ca.pem           the roots that a client shall trust, five of them
  hashed/          the same with OpenSSL's hash links, where openssl is there
  NAME.crt/.key    what the server of each row serves: chain and key
  manifest.tsv     NAME, host to ask for, accept or refuse, a part of the reason

Over TCP and over QUIC each row has the one verdict that stands here.
"""
import copy
import datetime
import ipaddress
import os
import pathlib
import subprocess
import sys
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None)
DAY = datetime.timedelta(days=1)
SERVER_AUTH = [ExtendedKeyUsageOID.SERVER_AUTH]


def dns(*names):
    return [x509.DNSName(name) for name in names]


def ip(text):
    return [x509.IPAddress(ipaddress.ip_address(text))]


def name(common):
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Quiver Tests"),
                      x509.NameAttribute(NameOID.COMMON_NAME, common)])


class Cert:
    """A certificate with its key and the chain above it, root left out."""

    def __init__(self, common, issuer=None, san=(), ca=False, path_len=None, eku=None,
                 start=NOW - DAY, end=NOW + 300 * DAY, key=None, extra=(), constraints=True,
                 subject=None, hide_issuer=False, cert_sign=True):
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.issuer = issuer
        self.hide_issuer = hide_issuer
        subject = subject or name(common)
        by = issuer or self
        issuer_name = issuer.cert.subject if issuer else subject
        b = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer_name)
             .public_key(self.key.public_key()).serial_number(x509.random_serial_number())
             .not_valid_before(start).not_valid_after(end))
        if constraints:
            b = b.add_extension(x509.BasicConstraints(ca=ca, path_length=path_len), critical=True)
        b = b.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
        if issuer:
            b = b.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                by.key.public_key()), False)
        if ca:
            b = b.add_extension(x509.KeyUsage(
                digital_signature=True, key_cert_sign=cert_sign, crl_sign=True,
                content_commitment=False, key_encipherment=False, data_encipherment=False,
                key_agreement=False, encipher_only=False, decipher_only=False), True)
        if san:
            b = b.add_extension(x509.SubjectAlternativeName(list(san)), False)
        if eku is None and not ca:
            eku = SERVER_AUTH
        if eku:
            b = b.add_extension(x509.ExtendedKeyUsage(eku), False)
        for extension, critical in extra:
            b = b.add_extension(extension, critical)
        self.cert = b.sign(by.key, hashes.SHA256())

    def signed_over(self, digest, *options):
        """The same with a signature over this hash, which `cryptography` would not make."""
        request = x509.CertificateSigningRequestBuilder().subject_name(self.cert.subject)
        for extension in self.cert.extensions:
            request = request.add_extension(extension.value, extension.critical)
        with tempfile.TemporaryDirectory() as folder:
            by = self.issuer or self
            path = pathlib.Path(folder)
            (path / "request").write_bytes(pem(request.sign(self.key, hashes.SHA256())))
            (path / "issuer").write_bytes(pem(by.cert))
            (path / "key").write_bytes(private_pem(by.key))
            signer = ("-CA", path / "issuer", "-CAkey", path / "key") if self.issuer else ("-signkey", path / "key")
            out = subprocess.run(
                ["openssl", "x509", "-req", "-in", path / "request", *signer, "-copy_extensions", "copyall",
                 "-set_serial", hex(self.cert.serial_number), "-days", "300", "-" + digest, *options],
                check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        other = copy.copy(self)
        other.cert = x509.load_pem_x509_certificate(out)
        return other

    def chain(self):
        """The leaf first; the root is the client's business."""
        chain, c = [], self
        while c.issuer:
            chain.append(c)
            if c.hide_issuer:
                break
            c = c.issuer
        return chain or [self]


def pem(cert):
    return cert.public_bytes(serialization.Encoding.PEM)


def private_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


class Folder:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.mkdir(parents=True, exist_ok=True)
        self.rows = []

    def write_row(self, row, host, verdict, reason, cert, chain=None):
        chain = chain or cert.chain()
        data = b"".join(c if isinstance(c, bytes) else pem(c.cert) for c in chain)
        (self.path / f"{row}.crt").write_bytes(data)
        (self.path / f"{row}.key").write_bytes(private_pem(cert.key))
        self.rows.append((row, host, verdict, reason))

    def accept(self, row, host, cert, chain=None):
        self.write_row(row, host, "accept", "", cert, chain)

    def refuse(self, row, host, reason, cert, chain=None):
        self.write_row(row, host, "refuse", reason, cert, chain)

    def write_roots(self, roots):
        (self.path / "ca.pem").write_bytes(b"".join(pem(r.cert) for r in roots))
        hashed = self.path / "hashed"
        hashed.mkdir(exist_ok=True)
        for i, root in enumerate(roots):
            (hashed / f"root{i}.pem").write_bytes(pem(root.cert))
        try:
            subprocess.run(["openssl", "rehash", str(hashed)], check=True,
                           stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            pass

    def write_manifest(self):
        lines = ["\t".join(row) for row in self.rows]
        (self.path / "manifest.tsv").write_text("\n".join(lines) + "\n")


def broken_signature(cert):
    """The certificate with the last bit of its signature turned."""
    der = bytearray(cert.cert.public_bytes(serialization.Encoding.DER))
    der[-1] ^= 1
    import base64
    text = base64.encodebytes(bytes(der)).decode().replace("\n", "")
    lines = "\n".join(text[i:i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n".encode()


def names(f, inter):
    good = dns("good.test")
    f.accept("good", "good.test", Cert("good", inter, good))
    f.accept("trailing_dot", "good.test.", Cert("good", inter, good))
    f.accept("upper_case", "GOOD.Test", Cert("good", inter, good))
    f.accept("wildcard", "a.wild.test", Cert("wild", inter, dns("*.wild.test")))
    f.accept("idn", "xn--bcher-kva.test", Cert("idn", inter, dns("xn--bcher-kva.test")))
    f.accept("second_san", "two.test", Cert("two", inter, dns("one.test", "two.test")))
    f.accept("ip4", "127.0.0.1", Cert("ip4", inter, ip("127.0.0.1")))
    f.accept("ip6", "::1", Cert("ip6", inter, ip("::1")))
    f.refuse("wild_tld", "localhost", "not valid for", Cert("x", inter, dns("*")))
    f.refuse("wild_suffix", "a.test", "not valid for", Cert("x", inter, dns("*.test")))
    f.refuse("wild_partial", "localhost", "not valid for", Cert("x", inter, dns("local*")))
    f.refuse("wild_part_label", "ab.wild.test", "not valid for",
             Cert("x", inter, dns("a*.wild.test")))
    f.refuse("wild_multi", "a.b.test", "not valid for", Cert("x", inter, dns("*.*.test")))
    f.refuse("wild_deep", "a.b.wild.test", "not valid for", Cert("x", inter, dns("*.wild.test")))
    f.refuse("wild_bare", "wild.test", "not valid for", Cert("x", inter, dns("*.wild.test")))
    f.refuse("wrongname", "good.test", "not valid for", Cert("x", inter, dns("other.test")))
    f.refuse("cn_only", "good.test", "not valid for", Cert("good.test", inter))
    f.refuse("cn_ok_san_other", "good.test", "not valid for",
             Cert("good.test", inter, dns("other.test")))
    f.refuse("dns_only_noip", "127.0.0.1", "not valid for", Cert("x", inter, good))
    f.refuse("ip_other", "127.0.0.1", "not valid for", Cert("x", inter, ip("127.0.0.2")))
    f.refuse("ip_in_dns", "127.0.0.1", "not valid for", Cert("x", inter, dns("127.0.0.1")))
    f.refuse("ip_in_cn", "127.0.0.1", "not valid for", Cert("127.0.0.1", inter))
    f.refuse("nul_in_san", "good.test", "", Cert("x", inter, dns("good.test\0.evil.test")))


def chains(f, root, inter):
    good = dns("good.test")
    f.accept("by_root", "good.test", Cert("good", root, good))
    f.accept("with_root", "good.test", *with_root(Cert("good", inter, good), root))
    c = inter
    for i in range(10):
        c = Cert(f"link {i}", c, ca=True)
    f.accept("long_chain12", "good.test", Cert("good", c, good))
    f.accept("huge_san", "n1999.huge.test",
             Cert("huge", inter, dns(*[f"n{i}.huge.test" for i in range(2000)])))
    other = Cert("Other Root", ca=True)
    cross = Cert("Quiver Test Root", other, ca=True, key=root.key, subject=root.cert.subject)
    leaf = Cert("good", inter, good)
    f.accept("cross_signed", "good.test", leaf, leaf.chain() + [cross])
    limited = Cert("Limited", root, ca=True, path_len=0)
    f.accept("pathlen", "good.test", Cert("good", limited, good))
    f.refuse("pathlen_violation", "good.test", "intermediates",
             Cert("good", Cert("Below Limited", limited, ca=True), good))
    f.refuse("selfsigned", "good.test", "self-signed", Cert("good", None, good))
    f.refuse("untrusted_root", "good.test", "issuer not known: O=Quiver Tests, CN=Other Root",
             Cert("good", other, good))
    fake = Cert("Quiver Test Root", ca=True, subject=root.cert.subject)
    f.refuse("fake_root_same_name", "good.test", "", Cert("good", fake, good))
    f.refuse("fake_root_sent", "good.test", "", *with_root(Cert("good", fake, good), fake))
    f.refuse("missing_inter", "good.test", "issuer not known: O=Quiver Tests, CN=Quiver Test CA",
             Cert("good", inter, good, hide_issuer=True))
    f.refuse("leaf_signed_by_leaf", "good.test", "",
             Cert("good", Cert("leaf", inter, dns("other.test")), good))
    f.refuse("inter_without_bc", "good.test", "",
             Cert("good", Cert("No Constraints", inter, constraints=False, eku=[]), good))
    f.refuse("inter_without_cert_sign", "good.test", "not a CA",
             Cert("good", Cert("No Key Usage", inter, ca=True, cert_sign=False), good))
    short = rsa.generate_private_key(65537, 1024)
    f.refuse("inter_rsa1024", "good.test", "too short",
             Cert("good", Cert("Short Key", inter, ca=True, key=short), good))
    leaf = Cert("good", inter, good)
    f.refuse("bad_signature", "good.test", "signature", leaf, [broken_signature(leaf), inter])
    return limited


def with_root(leaf, root):
    return leaf, leaf.chain() + [root]


def extra_certificates(f, root, second_root):
    """The last certificate of the chain is good, known, and of no use."""
    unrelated = Cert("Unrelated CA", second_root, ca=True)
    leaf = Cert("good", root, dns("good.test"))
    f.accept("unrelated_extra", "good.test", leaf, [leaf, unrelated])
    stranger = Cert("good", Cert("Other Root", ca=True), dns("good.test"))
    f.refuse("unrelated_extra_only", "good.test", "issuer not known", stranger,
             [stranger, unrelated])


def path_len_root(f, short_root):
    good = dns("good.test")
    f.accept("short_root", "good.test", Cert("good", short_root, good))
    f.refuse("short_root_violation", "good.test", "intermediates",
             Cert("good", Cert("Too Deep", short_root, ca=True), good))


def contents(f, root, inter):
    good = dns("good.test")
    past, future = NOW - 30 * DAY, NOW + 30 * DAY
    f.refuse("expired", "good.test", f"expired on {past - DAY:%Y-%m-%d}",
             Cert("good", inter, good, start=past - 9 * DAY, end=past - DAY))
    f.refuse("notyet", "good.test", f"not valid before {future:%Y-%m-%d}",
             Cert("good", inter, good, start=future))
    f.refuse("expired_inter", "good.test", "expired",
             Cert("good", Cert("Old CA", root, ca=True, start=past - 9 * DAY, end=past), good))
    f.accept("eku_absent", "good.test", Cert("good", inter, good, eku=[]))
    f.refuse("client_eku", "good.test", "extended key usage",
             Cert("good", inter, good, eku=[ExtendedKeyUsageOID.CLIENT_AUTH]))
    f.refuse("codesign_eku", "good.test", "extended key usage",
             Cert("good", inter, good, eku=[ExtendedKeyUsageOID.CODE_SIGNING]))
    f.accept("rsa2048", "good.test",
             Cert("good", inter, good, key=rsa.generate_private_key(65537, 2048)))
    f.refuse("rsa1024", "good.test", "too short",
             Cert("good", inter, good, key=rsa.generate_private_key(65537, 1024)))
    f.refuse("must_staple", "good.test", "staple",
             Cert("good", inter, good,
                  extra=[(x509.TLSFeature([x509.TLSFeatureType.status_request]), False)]))
    odd = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
    f.refuse("unknown_critical", "good.test", "critical",
             Cert("good", inter, good, extra=[(odd, True)]))
    f.accept("unknown_extension", "good.test", Cert("good", inter, good, extra=[(odd, False)]))
    constrained(f, root)


def constrained(f, root):
    def ca(permitted=None, excluded=None):
        return Cert("Constrained", root, ca=True, extra=[
            (x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=excluded), True)])
    only = ca(permitted=dns("good.test"))
    but = ca(excluded=dns("bad.test"))
    f.accept("name_constraint", "www.good.test", Cert("x", only, dns("www.good.test")))
    f.refuse("name_constraint_violation", "bad.test", "may not certify",
             Cert("x", only, dns("bad.test")))
    f.refuse("name_constraint_excluded", "www.bad.test", "may not certify",
             Cert("x", but, dns("www.bad.test")))


def weak_signatures(f, root, second_root, old_roots):
    """Below the root a signature over SHA-1 or MD5 is worth nothing; the root's own does not count."""
    good = dns("good.test")
    key = rsa.generate_private_key(65537, 2048)
    inter = Cert("RSA CA", root, ca=True, key=key)
    leaf = Cert("good", inter, good)
    pss = ("-sigopt", "rsa_padding_mode:pss")
    f.refuse("sha1_leaf", "good.test", "SHA-1", leaf.signed_over("sha1"))
    f.refuse("md5_leaf", "good.test", "a hash that is not safe", leaf.signed_over("md5"))
    f.refuse("pss_sha1_leaf", "good.test", "SHA-1", leaf.signed_over("sha1", *pss))
    f.accept("pss_sha256_leaf", "good.test", leaf.signed_over("sha256", *pss))
    f.refuse("ecdsa_sha1_leaf", "good.test", "SHA-1", Cert("good", root, good).signed_over("sha1"))
    weak = inter.signed_over("sha1")
    f.refuse("sha1_inter", "good.test", "CN=RSA CA: its signature uses a hash", Cert("good", weak, good))
    f.refuse("sha1_inter_leaf", "good.test", "", leaf, [leaf])
    f.refuse("sha1_upper_inter", "good.test", "SHA-1",
             Cert("good", Cert("Lower CA", weak, ca=True), good))
    f.accept("sha1_inter_beside_good", "good.test", leaf, [leaf, weak, inter])
    cross = Cert("Quiver Test Root", second_root, ca=True, key=root.key, subject=root.cert.subject)
    f.accept("sha1_cross", "good.test", leaf, leaf.chain() + [cross.signed_over("sha1")])
    for i, old in enumerate(old_roots):
        leaf = Cert("good", old, good)
        f.accept(f"old_root{i}", "good.test", leaf)
        f.accept(f"old_root{i}_sent", "good.test", *with_root(leaf, old))
    impostor = Cert("impostor", second_root, ca=True, subject=root.cert.subject).signed_over("sha1")
    leaf = Cert("good", impostor, good)
    f.refuse("sha1_impostor", "good.test", "", leaf)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    os.umask(0o077)
    f = Folder(sys.argv[1])
    root = Cert("Quiver Test Root", ca=True)
    short_root = Cert("Short Root", ca=True, path_len=0)
    inter = Cert("Quiver Test CA", root, ca=True)
    names(f, inter)
    chains(f, root, inter)
    path_len_root(f, short_root)
    contents(f, root, inter)
    second_root = Cert("Second Root", ca=True)
    extra_certificates(f, root, second_root)
    old_roots = [Cert("SHA-1 Root", ca=True).signed_over("sha1"),
                 Cert("MD5 Root", ca=True, key=rsa.generate_private_key(65537, 2048)).signed_over("md5")]
    weak_signatures(f, root, second_root, old_roots)
    f.write_roots([root, short_root, second_root, *old_roots])
    f.write_manifest()


if __name__ == "__main__":
    main()
