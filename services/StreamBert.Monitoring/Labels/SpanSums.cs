using System.Runtime.InteropServices;

namespace StreamBert.Monitoring.Labels;

/// <summary>The sums of a series over consecutive windows: what was observed and what was expected.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SpanSums
{
    /// <summary>The number of fields; each is a number of single precision.</summary>
    public const int Fields = 7;

    /// <summary>The size: the number of clusters for a share, the expected count for a count.</summary>
    public float Size;

    /// <summary>The amount: the clusters with the label.</summary>
    public float Amount;

    /// <summary>The expected amount.</summary>
    public float Expected;

    /// <summary>The variance of the amount if clusters were independent.</summary>
    public float Variance;

    /// <summary>The standard deviation of the expected amount itself: it errs in the same direction in all windows of a span.</summary>
    public float Uncertainty;

    /// <summary>The number of texts, and of those with the label.</summary>
    public float Texts, Selected;

    public readonly double Mean => Size > 0 ? Amount / Size : 0;

    public readonly double ExpectedMean => Size > 0 ? Expected / Size : 0;

    public static SpanSums operator +(in SpanSums a, in SpanSums b) => new()
    {
        Size = a.Size + b.Size,
        Amount = a.Amount + b.Amount,
        Expected = a.Expected + b.Expected,
        Variance = a.Variance + b.Variance,
        Uncertainty = a.Uncertainty + b.Uncertainty,
        Texts = a.Texts + b.Texts,
        Selected = a.Selected + b.Selected,
    };

    public static SpanSums operator -(in SpanSums a, in SpanSums b) => new()
    {
        Size = a.Size - b.Size,
        Amount = a.Amount - b.Amount,
        Expected = a.Expected - b.Expected,
        Variance = a.Variance - b.Variance,
        Uncertainty = a.Uncertainty - b.Uncertainty,
        Texts = a.Texts - b.Texts,
        Selected = a.Selected - b.Selected,
    };
}
