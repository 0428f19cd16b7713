using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Training.Gates;

/// <summary>The names of the gates, and what they share.</summary>
internal static class Gate
{
    public const string Convergence = "convergence";

    /// <summary>Better on new feedback, on at least one head.</summary>
    public const string Gain = "gain";

    /// <summary>Not worse on new feedback.</summary>
    public const string Feedback = "feedback";

    /// <summary>Not worse on the anchor.</summary>
    public const string Anchor = "anchor";

    /// <summary>Agrees with the champion, on heads without an anchor.</summary>
    public const string Agreement = "agreement";

    public const string Calibration = "calibration";

    /// <summary>Not worse for any group.</summary>
    public const string Fairness = "fairness";

    /// <summary>The leak risk θ.</summary>
    public const string Leak = "leak";

    /// <summary>F(M), the weighted sum of fairness gap, opacity and leak risk.</summary>
    public const string Responsibility = "responsibility";

    public const string Latency = "latency";

    /// <summary>No annotator is much less reliable than the others.</summary>
    public const string Annotators = "annotators";

    /// <summary>The error probability of each decision.</summary>
    public const double Significance = 0.05;

    public static string ToOutcome(bool hasPassed) => hasPassed ? GateResult.Passed : GateResult.Failed;

    /// <summary>Formats a text with numbers as in English, whatever the culture of the machine.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Text(Interval interval) => Text($"{interval.Low:+0.000;-0.000;0.000} to {interval.High:+0.000;-0.000;0.000}");
}
