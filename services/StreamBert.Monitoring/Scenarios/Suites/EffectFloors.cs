using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>
/// Removes the effects that an alert needs besides its evidence, so that a suite shows how often the thresholds alone are exceeded: as
/// often as the budget says, if they are calibrated.
/// </summary>
internal static class EffectFloors
{
    /// <summary>A ratio above 1, below which no rise is one.</summary>
    private const double AnyRatio = 1.0001;

    /// <summary>Returns a scenario whose rules have no effect floors.</summary>
    public static ScenarioDefinition Remove(ScenarioDefinition scenario)
    {
        var (pipeline, rules) = (scenario.Pipeline, scenario.Pipeline.Monitor.Rules);
        var without = rules with
        {
            Labels = [.. pipeline.LabelRules.Select(Remove)],
            Volume = rules.Volume with { SurgeRatio = AnyRatio, MinimumCount = 1 },
            Drift = Remove(rules.Drift),
            Accuracy = rules.Accuracy with { MinimumDrop = 0 },
        };
        return scenario with { Pipeline = pipeline with { Monitor = pipeline.Monitor with { Rules = without } } };
    }

    private static LabelRule Remove(LabelRule rule) => rule with { MinimumCount = 1, MinimumLift = 0, MinimumRatio = AnyRatio };

    private static DriftRule Remove(DriftRule rule) => rule with
    {
        MinimumLabelDistance = 0,
        MinimumConfidenceDistance = 0,
        MinimumLengthDistance = 0,
        MinimumUnknownTokenRise = 0,
        MinimumEmbeddingAuc = 0.5,
    };
}
