"""Judging that dies, hangs, eats memory or fails, for the tests of grading; it must be importable by workers."""

from __future__ import annotations

import os
import signal
import time

from symprop.grading.judging import Judging, Setup
from symprop.grading.records import Key, Result


def prepare(setup: Setup) -> Judging:
    """Judges by what the answer says it does; whoever judges leaves its number behind."""

    def judging(key: Key) -> Result:
        match key.answer:
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "exit":
                os._exit(3)
            case "hang":
                time.sleep(3600)
            case "eat":
                kept = []
                while True:
                    kept.append(bytearray(2**26))
            case "fail":
                raise AssertionError("a fault of ours")
        return Result("right", "right", f"{key.task}: {key.answer}")

    return judging


def slow(setup: Setup) -> Judging:
    """Takes its time, and appends each answer to the file that the exercise's title names."""

    def judging(key: Key) -> Result:
        time.sleep(0.02)
        with open(setup.exercise.title, "a", encoding="utf-8") as file:
            file.write(key.answer + "\n")
        return Result("right", "right", key.answer)

    return judging
