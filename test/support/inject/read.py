"""Reads many configuration files in one process: JSON questions on standard input, JSON answers on standard output."""

import base64
import configparser
import io
import json
import sys
import tomllib


def at(value, keys):
    for key in keys:
        value = value[int(key)] if isinstance(value, list) else value[key if key in value else int(key)]
    return value


def by_yaml(data, keys, document):
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda loader, tag, node: None)
    return at(list(yaml.load_all(data, Loader))[document], keys)


def by_ruamel(data, keys, document):
    import ruamel.yaml

    return at(list(ruamel.yaml.YAML().load_all(data))[document], keys)


def by_json(data, keys, _):
    return at(json.loads(data), keys)


def by_toml(data, keys, _):
    return at(tomllib.loads(data), keys)


def by_ini(data, keys, _):
    parser = configparser.ConfigParser()
    parser.read_file(io.StringIO(data, newline=""))
    return parser[keys[0]][keys[1]]


def by_dotenv(data, keys, _):
    from dotenv import dotenv_values

    return dotenv_values(stream=io.StringIO(data))[keys[0]]


READERS = {name[3:]: reader for name, reader in list(globals().items()) if name.startswith("by_")}


def answer(question):
    try:
        data = base64.b64decode(question["file"]).decode("utf-8-sig")
        value = READERS[question["reader"]](data, question["keys"], question["document"])
        if not isinstance(value, (str, bool, int, float, type(None), dict, list)):
            value = str(value)
        return {"value": value}
    except Exception as error:  # what a reader says is the answer
        return {"error": repr(error)[:300]}


json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout, default=str)
