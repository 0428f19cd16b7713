using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts.Wording;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;

namespace StreamBert.Monitoring.Alerts;

/// <summary>Builds the alert records of the log from transitions.</summary>
internal sealed class AlertBuilder(AlertOptions options)
{
    private readonly ExampleSelector _examples = new(options);

    /// <summary>Builds the record of an alert that begins to fire.</summary>
    /// <param name="transition">The transition.</param>
    /// <param name="recent">The last windows, which supply the examples.</param>
    public AlertRaised Build(Transition.Raised transition, IReadOnlyList<WindowCounts> recent) =>
        Build(transition.Alert, transition.Assessment, transition.At, updatedAt: null, recent);

    /// <summary>Builds the record that replaces that of a firing alert.</summary>
    public AlertRaised Build(Transition.Updated transition, IReadOnlyList<WindowCounts> recent) =>
        Build(transition.Alert, transition.Assessment, transition.Since, transition.At, recent);

    private AlertRaised Build(
        AlertIdentity identity, Assessment assessment, DateTimeOffset raisedAt, DateTimeOffset? updatedAt,
        IReadOnlyList<WindowCounts> recent)
    {
        var (evidence, text) = (assessment.Evidence, AlertText.Of(assessment));
        var alert = new AlertRaised
        {
            Id = identity.Id,
            Fingerprint = identity.Fingerprint,
            Kind = identity.Kind,
            Series = identity.Series,
            Label = evidence.Label,
            Severity = evidence.IsCritical ? "critical" : "warning",
            Title = text.Title,
            Message = text.Message,
            Window = evidence.Window,
            RaisedAt = raisedAt,
            UpdatedAt = updatedAt,
            Value = evidence.Value,
            Baseline = evidence.Baseline,
            Unit = evidence.Unit,
            Interval = evidence.Interval,
            Count = evidence.Count,
            Evidence = evidence.Strength,
            EvidenceKind = text.EvidenceKind,
            Drift = (evidence as DriftEvidence)?.Details,
            Fairness = evidence is FairnessEvidence fairness ? ViolationOf(fairness) : null,
        };
        if (evidence.Examples is { } criteria)
            alert = _examples.AddTo(alert, criteria, recent);
        return alert with
        {
            Terms = evidence.Terms ?? alert.Terms,
            Examples = evidence.OwnExamples.Count > 0 ? [.. evidence.OwnExamples.Take(options.MaxExamples)] : alert.Examples,
        };
    }

    /// <summary>Builds the record of an alert that is resolved.</summary>
    public static AlertResolved Build(Transition transition)
    {
        var evidence = transition switch
        {
            Transition.Cleared cleared => cleared.Assessment.Evidence,
            Transition.Adopted adopted => adopted.Assessment.Evidence,
            _ => null,
        };
        return new()
        {
            Id = transition.Alert.Id,
            Fingerprint = transition.Alert.Fingerprint,
            Kind = transition.Alert.Kind,
            Series = transition.Alert.Series,
            ResolvedAt = transition.At,
            Value = evidence?.Value ?? 0,
            Baseline = evidence?.Baseline ?? 0,
            Message = AlertText.Resolution(transition),
        };
    }

    private static FairnessViolated? ViolationOf(FairnessEvidence evidence) => evidence.Largest is not { } largest ? null : new()
    {
        Attribute = evidence.Rule.Attribute,
        Label = evidence.Rule.Label,
        Difference = largest.Value,
        Ratio = largest.Highest.Rate > 0 ? largest.Lowest.Rate / largest.Highest.Rate : 1,
        DifferenceInterval = largest.Interval,
        Groups = evidence.Groups,
    };
}
