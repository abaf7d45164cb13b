internal import Foundation

/// The folder of pictures, spectrograms and what they must be read as.
package let fixtures = Bundle.module.resourcePath.map { $0 + "/Fixtures" } ?? "no fixtures"
