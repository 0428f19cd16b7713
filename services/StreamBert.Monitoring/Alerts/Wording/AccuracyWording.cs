using StreamBert.Monitoring.Accuracy;
using StreamBert.Monitoring.Assessments;
using static StreamBert.Monitoring.Alerts.Wording.AlertFormat;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Writes the alerts of falling accuracy and of rising error rates.</summary>
internal static class AccuracyWording
{
    public static AlertWording Of(AlertRule rule, AccuracyEvidence accuracy) => new()
    {
        Title = $"The estimated accuracy of {rule.Series.Head} in {Series(rule.Series)} has fallen to {Percent(accuracy.Value)}, "
            + $"usually {Percent(accuracy.Expected)}",
        Message = $"From the confidences of {Number(accuracy.Count)} texts from {Window(accuracy.Window)} an accuracy of "
            + $"{Percent(accuracy.Value)} is to be expected ({Interval(accuracy.Interval!)}), where {BaselineOf(accuracy.BaselineAge)} had "
            + $"{Percent(accuracy.Expected)}. Over the last {Duration(TimeSpan.FromHours(accuracy.Hours))} it was lower by "
            + $"{Percent(accuracy.MeanDecline)} on average. Label the random sample to measure it: the estimate is blind to texts whose "
            + "meaning changes while the model stays confident.",
        EvidenceKind = $"CUSUM of hourly declines, {Number(accuracy.Decline)} standard deviations, alarm at {Number(accuracy.Threshold)}",
        Resolution = $"The estimated accuracy is back at {Percent(accuracy.Value)}; {Percent(accuracy.Expected)} is usual.",
    };

    public static AlertWording Of(AlertRule rule, ErrorRateEvidence errors) => new()
    {
        Title = $"More predictions of {rule.Series.Head} in {rule.Series.Pipeline} are wrong by {Basis(errors)}: {Percent(errors.Now)}, "
            + $"before {Percent(errors.Before)}",
        Message = $"Of the last {Number(errors.Labels)} labels of {Basis(errors)}, {Percent(errors.Now)} differ from the prediction "
            + $"({Interval(errors.Interval!)}); before the change it was {Percent(errors.Before)}.{Caution(errors)}",
        EvidenceKind = "ADWIN, change of the mean",
        Resolution = $"The error rate of {Basis(errors)} is back at {Percent(errors.Now)}.",
    };

    private static string Basis(ErrorRateEvidence errors) => errors.IsSample ? "the random sample" : "other feedback";

    private static string Caution(ErrorRateEvidence errors) => errors.IsSample ? ""
        : " People choose what they label, so this is not the error rate of all texts; but that it changes has a reason.";
}
