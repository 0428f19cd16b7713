using StreamBert.Model;
using StreamBert.Model.Packages;

namespace StreamBert.Inference.Serving;

/// <summary>Compares a package on disk with the checksums of its promotion.</summary>
internal static class PackageVerification
{
    /// <exception cref="ModelPackageException">The package is missing, damaged, or not the one that was promoted.</exception>
    public static void Verify(string directory, ModelTarget target)
    {
        if (!Directory.Exists(directory))
        {
            throw new ModelPackageException(
                $"The package {directory} does not exist; check that all services share one models directory, or one Models:Store.");
        }
        ModelPackage.Verify(directory); // names the damaged file
        VerifyChecksums(directory, target.Checksums);
        VerifyWeights(directory, target.Sha256);
        VerifyFingerprint(directory, target.Fingerprint);
    }

    private static void VerifyChecksums(string directory, string? expected)
    {
        if (expected is null)
            return;
        var actual = ModelPackage.HashChecksumFile(directory);
        if (IsEqual(expected, actual))
            return;
        var found = actual is null ? "is missing" : $"has the SHA-256 {actual}";
        throw new ModelPackageException(
            $"The package {directory} is not the one that was promoted: its SHA256SUMS {found}, not {expected}. "
            + "Restore it from a copy, or import it as another version.");
    }

    private static void VerifyWeights(string directory, string? expected)
    {
        if (expected is not null && ModelPackage.HashWeights(directory) is var actual && !IsEqual(expected, actual))
        {
            throw new ModelPackageException(
                $"The weights of {directory} have the SHA-256 {actual}, not {expected} as promoted: they were changed or copied "
                + "incompletely.");
        }
    }

    private static void VerifyFingerprint(string directory, string? expected)
    {
        if (expected is not null && ModelPackage.ComputeFingerprint(directory) is var actual && !IsEqual(expected, actual))
        {
            throw new ModelPackageException(
                $"The package {directory} has the fingerprint {actual}, not {expected} as promoted: its configuration, labels, "
                + "temperatures or tokenizer were changed. Import it as another version.");
        }
    }

    private static bool IsEqual(string expected, string? actual) => expected.Equals(actual, StringComparison.OrdinalIgnoreCase);
}
