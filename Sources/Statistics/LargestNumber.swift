/// Largest magnitude of values that can be compared: their sums, squares and cubes stay finite.
public let largestNumber = 1e100
