using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios.Streams;

namespace StreamBert.Monitoring.Scenarios;

/// <summary>Describes a scenario: a generated stream, its rules, and what a monitor should report.</summary>
internal sealed record ScenarioDefinition
{
    /// <summary>Every run starts on this Monday. The Monday after two weeks is a holiday in New York.</summary>
    public static readonly DateTimeOffset Start = new(2026, 5, 11, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The name, in the form <c>slow-rise-24h</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What happens, in one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>The numbers of the scenario.</summary>
    public required string Parameters { get; init; }

    /// <summary>The pipeline with its rules.</summary>
    public required PipelineOptions Pipeline { get; init; }

    /// <summary>Creates the stream of a run.</summary>
    public required Func<ScenarioPeriod, StreamModel> Model { get; init; }

    /// <summary>The reference profiles of the versions of the model. Default: none.</summary>
    public IReadOnlyList<ModelProfiled> Profiles { get; init; } = [];

    /// <summary>The learning period, whose alerts are not scored. Default: one week.</summary>
    public TimeSpan Learn { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The time that is judged unless the caller states it. Default: one week.</summary>
    public TimeSpan Judged { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What goes wrong; null in a clean scenario.</summary>
    public IncidentPlan? Incident { get; init; }

    /// <summary>The suite.</summary>
    public ScenarioSuite Suite => Incident is null ? ScenarioSuite.Clean : ScenarioSuite.Detect;

    /// <summary>Returns the times of a run.</summary>
    /// <param name="seed">The seed, which decides when the incident starts.</param>
    /// <param name="judged">The time that is judged; null for <see cref="Judged"/>.</param>
    public ScenarioPeriod PeriodOf(int seed, TimeSpan? judged = null)
    {
        var judgedFrom = Start + Learn;
        var end = judgedFrom + (judged ?? Judged);
        return new(new(Start, end), judgedFrom, Incident is null ? null : WindowOf(Incident, judgedFrom, end, seed));
    }

    private static TimeWindow WindowOf(IncidentPlan incident, DateTimeOffset judgedFrom, DateTimeOffset end, int seed)
    {
        if (incident.IsAtStart)
            return new(judgedFrom, judgedFrom + incident.Length);
        var latest = end - incident.Tail - incident.Length;
        if (incident.At is { } at)
        {
            var fixedStart = latest.Date + at.ToTimeSpan();
            var start = new DateTimeOffset(fixedStart <= latest.DateTime ? fixedStart : fixedStart - Day, TimeSpan.Zero);
            return new(start, start + incident.Length);
        }
        var slack = Math.Min(Day.TotalMinutes, (latest - judgedFrom).TotalMinutes);
        var drawn = latest.AddMinutes(-new Random(seed).Next((int)Math.Max(1, slack)));
        return new(drawn, drawn + incident.Length);
    }
}
