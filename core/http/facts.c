#include "http/facts.h"

const char *facts_attempt_name(enum attempt_result result)
{
    switch (result) {
    case ATTEMPT_RUNNING:
        return "running";
    case ATTEMPT_WON:
        return "won";
    case ATTEMPT_LOST:
        return "lost";
    case ATTEMPT_FAILED:
        return "failed";
    case ATTEMPT_CANCELLED:
        return "cancelled";
    }
    return "";
}
