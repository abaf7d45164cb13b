internal import Foundation

/// The folder of pictures and spectrograms, with the values that readers must find in them.
package let fixtures = Bundle.module.resourcePath.map { $0 + "/Fixtures" } ?? "no fixtures"
