/// The largest number in size that values, and with them their sums, squares and cubes, may have to be compared.
public let largestNumber = 1e100
