using System.Globalization;
using StreamBert.Model.Manifests;

namespace StreamBert.Model.Precisions;

/// <summary>The precision that a model computes in, and why.</summary>
/// <param name="Dtype">One of the precisions of <see cref="ComputeOptions"/>, but not <see cref="ComputeOptions.Auto"/>.</param>
/// <param name="Reason">Why it was chosen; null if it was requested.</param>
internal sealed record PrecisionChoice(string Dtype, string? Reason = null)
{
    /// <summary>The maximum loss of accuracy of a precision that is chosen.</summary>
    private const double MaxAccuracyLoss = 0.003;

    /// <summary>The minimum number of texts that the loss must have been measured on.</summary>
    private const int MinTexts = 300;

    /// <summary>Returns the requested precision, or chooses the fastest one that loses almost no accuracy.</summary>
    /// <param name="compute">The requested precision.</param>
    /// <param name="reports">What each precision costs.</param>
    /// <param name="isFast">Whether the processor has instructions for a precision.</param>
    public static PrecisionChoice Create(
        ComputeOptions compute, IReadOnlyDictionary<string, PrecisionReport> reports, Func<string, bool> isFast)
    {
        if (compute.Dtype != ComputeOptions.Auto) return new(compute.Dtype);
        var fast = GetFastest(compute.Device).Where(isFast).ToList();
        if (fast.Count == 0) return new(ComputeOptions.Float32, "the processor is not faster in another precision");
        var known = fast.Where(dtype => reports.TryGetValue(dtype, out var report) && report.Texts >= MinTexts).ToList();
        if (known.Count == 0) return new(ComputeOptions.Float32, "the package does not state the accuracy in another precision");
        return known.Find(dtype => reports[dtype].AccuracyLoss <= MaxAccuracyLoss) is { } chosen
            ? new(chosen, Describe(chosen, reports[chosen]))
            : new(ComputeOptions.Float32, Describe(known[0], reports[known[0]]));
    }

    /// <inheritdoc cref="Create(ComputeOptions, IReadOnlyDictionary{string, PrecisionReport}, Func{string, bool})"/>
    public static PrecisionChoice Create(ComputeOptions compute, PackageManifest manifest) =>
        Create(compute, manifest.Precisions, dtype => compute.Device != ComputeOptions.Cpu || IsFastOnProcessor(dtype));

    /// <summary>Returns a text such as <c>int8 (automatic: int8 loses 0.1 points of accuracy)</c>.</summary>
    public override string ToString() => Reason is null ? Dtype : $"{Dtype} (automatic: {Reason})";

    private static string[] GetFastest(string device) =>
        device == ComputeOptions.Cpu ? [ComputeOptions.Int8, ComputeOptions.BFloat16] : [ComputeOptions.BFloat16];

    private static bool IsFastOnProcessor(string dtype) =>
        dtype == ComputeOptions.Int8 ? ProcessorPrecisions.HasInt8 : ProcessorPrecisions.HasBFloat16;

    private static string Describe(string dtype, PrecisionReport report)
    {
        var points = Math.Round(100 * Math.Max(0, report.AccuracyLoss), 2);
        return string.Create(CultureInfo.InvariantCulture, $"{dtype} loses {points} points of accuracy");
    }
}
