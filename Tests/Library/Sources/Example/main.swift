// Each part checks what it has found: this program is the test of the libraries.
try trainWithDropout()
try measureSamples()
try compareRuns()
print("example: the libraries work in another package")
