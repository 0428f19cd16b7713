using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>
/// Watches the error rate of labelled predictions of each head by ADWIN. The random sample and other feedback are watched separately: the
/// share of errors among what people choose to label says nothing about the accuracy, but a change of it does. A label that replaces
/// another adds nothing: the order of the sequence is evidence, and what it has shown cannot be taken back.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="errors">The state: head → error rates.</param>
internal sealed class ErrorRateDetector(PipelineOptions pipeline, Dictionary<string, ErrorRates> errors) : IDetector
{
    private const string Sample = "sample", Feedback = "feedback";

    private static readonly AlertPolicy Policy = new(RaiseAfter: 1, ClearAfter: 1);

    public string Name => "error rate";

    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts)
    {
        foreach (var change in window.Labels)
        {
            if (change is not { IsFirst: true, Given: { } text })
                continue;
            if (!errors.TryGetValue(text.Head, out var rates))
                errors[text.Head] = rates = new();
            (text.IsInSample ? rates.Sample : rates.Others).Add(!text.IsCorrect);
        }
        return
        [
            .. errors.OrderedByKey().SelectMany(head => new[]
            {
                Assess(window.Window, head.Key, head.Value.Sample, isSample: true),
                Assess(window.Window, head.Key, head.Value.Others, isSample: false),
            }),
        ];
    }

    public IReadOnlyList<Assessment> Reassess(WindowRevised window) => [];

    public void OnTransition(Transition transition)
    {
        // ADWIN has cut its window where the change began: there is no evidence to reset.
    }

    private Assessment Assess(TimeWindow window, string head, ErrorRate rate, bool isSample)
    {
        var rule = new AlertRule(
            AlertKinds.ErrorRate, new(pipeline.Name, head, SeriesKey.All), Policy, isSample ? Sample : Feedback);
        var evidence = new ErrorRateEvidence
        {
            Window = window,
            Before = rate.Before ?? rate.Window.Mean,
            Now = rate.Window.Mean,
            Labels = rate.Window.Count,
            IsSample = isSample,
        };
        return new(rule, window, rate.Before is null ? Condition.Normal : Condition.Breach, evidence);
    }
}
