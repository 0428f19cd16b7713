using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios.Streams;

namespace StreamBert.Monitoring.Scenarios;

/// <summary>A run of a scenario: its texts and times follow from the seed.</summary>
/// <param name="definition">The scenario.</param>
/// <param name="seed">The seed.</param>
/// <param name="judged">The time that is judged; null for the scenario's own.</param>
internal sealed class ScenarioRun(ScenarioDefinition definition, int seed, TimeSpan? judged = null)
{
    /// <summary>The scenario.</summary>
    public ScenarioDefinition Definition { get; } = definition;

    /// <summary>The times of the run.</summary>
    public ScenarioPeriod Period { get; } = definition.PeriodOf(SeedOf(definition, seed), judged);

    /// <summary>Generates the texts in the order in which they arrive; every call begins again.</summary>
    public IEnumerable<ScenarioText> Generate() =>
        new StreamGenerator(Definition.Model(Period), Definition.Pipeline, Period.Whole, SeedOf(Definition, seed)).Generate();

    /// <summary>Generates the predictions in the order in which they arrive.</summary>
    public IEnumerable<TextClassified> Predictions() => Generate().Select(static text => text.Prediction);

    /// <summary>Runs of different scenarios with one seed are independent.</summary>
    private static int SeedOf(ScenarioDefinition definition, int seed) => (int)(StableHash.Of($"{definition.Name}/{seed}") >> 33);
}
