"""Engineered features as ONNX graphs: one definition, run in training and carried by the served model."""

from collections.abc import Callable

import numpy as np
import onnx
from graph import parse

# Directions along which the Californian coast and valleys run, and the large cities prices gather around.
BEARINGS_DEGREES = (15, 30, 45, 60, 75, 105, 120, 135, 150, 165)
CITIES = {
    "San Francisco": (-122.42, 37.77),
    "Los Angeles": (-118.24, 34.05),
    "San Diego": (-117.16, 32.72),
    "San Jose": (-121.89, 37.34),
    "Sacramento": (-121.49, 38.58),
}
# A degree of longitude is shorter than one of latitude: cos 37°.
LONGITUDE_SCALE = 0.8


def _at(*places: int) -> np.ndarray:
    return np.array(places, np.int64)


def _numbers(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


_TITANIC_FAMILY = """
    relatives = Gather<axis = 1>(columns, relatives_at)
    family = ReduceSum<keepdims = 1>(relatives, across)
    aboard = Add(family, one)
    fare = Gather<axis = 1>(columns, fare_at)
    share = Div(fare, aboard)
"""
_TITANIC_PLACES = {"relatives_at": _at(3, 4), "across": _at(1), "one": _numbers(1), "fare_at": _at(5)}


def titanic_trees() -> onnx.ModelProto:
    """The columns, the relatives aboard, and the fare of one person of the family."""
    return parse(
        f"""features (float[N,7] columns) => (float[N,9] features) {{
            {_TITANIC_FAMILY}
            features = Concat<axis = 1>(columns, family, share)
        }}""",
        _TITANIC_PLACES,
    )


def titanic_smooth() -> onnx.ModelProto:
    """For models that draw smooth lines: classes and ports as flags, childhood apart, logarithms of fares."""
    return parse(
        f"""features (float[N,7] columns) => (float[N,13] features) {{
            {_TITANIC_FAMILY}
            class = Gather<axis = 1>(columns, class_at)
            class_is = Equal(class, classes)
            class_flags = Cast<to = 1>(class_is)
            port = Gather<axis = 1>(columns, port_at)
            port_is = Equal(port, ports)
            port_flags = Cast<to = 1>(port_is)
            sex = Gather<axis = 1>(columns, sex_at)
            age = Gather<axis = 1>(columns, age_at)
            young = Min(age, adult_at)
            childhood = Div(young, adult_at)
            years = Div(age, generation)
            fares = Concat<axis = 1>(fare, share)
            fares_1 = Add(fares, one)
            fares_log = Log(fares_1)
            beyond = Sub(family, large)
            crowd = Max(beyond, zero)
            features = Concat<axis = 1>(
                class_flags, port_flags, sex, years, childhood, relatives, fares_log, family, crowd)
        }}""",
        {
            **_TITANIC_PLACES,
            "class_at": _at(0),
            "classes": _numbers(1, 3),
            "port_at": _at(6),
            "ports": _numbers(0, 1),
            "sex_at": _at(1),
            "age_at": _at(2),
            "adult_at": _numbers(16),
            "generation": _numbers(30),
            "large": _numbers(3),
            "zero": _numbers(0),
        },
    )


def _california_place() -> dict[str, np.ndarray]:
    angle = np.deg2rad(BEARINGS_DEGREES)
    cities = np.array(list(CITIES.values()))
    return {
        "cosines": np.cos(angle).astype(np.float32),
        "sines": np.sin(angle).astype(np.float32),
        "city_longitudes": cities[:, 0].astype(np.float32),
        "city_latitudes": cities[:, 1].astype(np.float32),
        "longitude_at": _at(0),
        "latitude_at": _at(1),
        "narrowing": _numbers(LONGITUDE_SCALE),
    }


_CALIFORNIA_PLACE = """
    longitude = Gather<axis = 1>(columns, longitude_at)
    latitude = Gather<axis = 1>(columns, latitude_at)
    eastward = Mul(longitude, cosines)
    northward = Mul(latitude, sines)
    rotated = Add(eastward, northward)
    east_degrees = Sub(longitude, city_longitudes)
    east = Mul(east_degrees, narrowing)
    north = Sub(latitude, city_latitudes)
    east_2 = Mul(east, east)
    north_2 = Mul(north, north)
    both_2 = Add(east_2, north_2)
    distances = Sqrt(both_2)
    rooms = Gather<axis = 1>(columns, rooms_at)
    bedrooms = Gather<axis = 1>(columns, bedrooms_at)
    population = Gather<axis = 1>(columns, population_at)
    households = Gather<axis = 1>(columns, households_at)
    ocean = Gather<axis = 1>(columns, ocean_at)
    bedroom_share = Div(bedrooms, rooms)
    household_rooms = Div(rooms, households)
    household_people = Div(population, households)
"""
_CALIFORNIA_COUNTS = {
    "rooms_at": _at(3),
    "bedrooms_at": _at(4),
    "population_at": _at(5),
    "households_at": _at(6),
    "ocean_at": _at(8),
}


def california_trees() -> onnx.ModelProto:
    """The columns, rotated coordinates, distances to cities, an inland flag, and shares of rooms and people."""
    return parse(
        f"""features (float[N,9] columns) => (float[N,29] features) {{
            {_CALIFORNIA_PLACE}
            person_rooms = Div(rooms, population)
            is_inland = Equal(ocean, inland)
            inland_flag = Cast<to = 1>(is_inland)
            features = Concat<axis = 1>(columns, rotated, distances, inland_flag, bedroom_share,
                household_rooms, household_people, person_rooms)
        }}""",
        {**_california_place(), **_CALIFORNIA_COUNTS, "inland": _numbers(1)},
    )


def california_smooth() -> onnx.ModelProto:
    """For models that draw smooth lines: logarithms of counts and shares, flags of the ocean, distances to cities."""
    return parse(
        f"""features (float[N,9] columns) => (float[N,22] features) {{
            {_CALIFORNIA_PLACE}
            age = Gather<axis = 1>(columns, age_at)
            income = Gather<axis = 1>(columns, income_at)
            income_1 = Max(income, least_income)
            income_log = Log(income_1)
            counts = Gather<axis = 1>(columns, counts_at)
            shares = Concat<axis = 1>(counts, household_rooms, household_people, bedroom_share)
            shares_log = Log(shares)
            ocean_is = Equal(ocean, oceans)
            ocean_flags = Cast<to = 1>(ocean_is)
            features = Concat<axis = 1>(
                longitude, latitude, age, shares_log, income_log, income, ocean_flags, distances)
        }}""",
        {
            **_california_place(),
            **_CALIFORNIA_COUNTS,
            "age_at": _at(2),
            "counts_at": _at(3, 4, 5, 6),
            "income_at": _at(7),
            "least_income": _numbers(0.1),
            "oceans": _numbers(0, 1, 2, 3, 4),
        },
    )


GRAPHS: dict[str, Callable[[], onnx.ModelProto]] = {
    graph.__name__: graph for graph in (titanic_trees, titanic_smooth, california_trees, california_smooth)
}
