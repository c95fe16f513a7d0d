# SPDX-License-Identifier: MIT
"""The text form in which protoc tells what a message says."""
import collections


def unquote(text):
    """Bytes that are not plain are octal escapes."""
    return text.encode("ascii").decode("unicode_escape").encode("latin-1").decode("utf-8", "replace")


def number(text):
    return float(text) if any(c in text for c in ".en") else int(text)  # also "inf", "nan"


def parse(lines):
    """{field: [values]} of an iterator of lines; a message within is again such a dict."""
    message = collections.defaultdict(list)
    for line in lines:
        line = line.strip()
        if line == "}":
            return message
        if line.endswith("{"):
            message[line[:-1].strip()].append(parse(lines))
        else:
            key, value = line.split(": ", 1)
            message[key].append(unquote(value[1:-1]) if value[0] == '"' else number(value) if value[0] in "-0123456789in"
                                else value == "true")
    return message
