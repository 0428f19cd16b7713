using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Tests.Monitoring.Alerts;

/// <summary>Selects the examples of an alert over several windows, against a count by hand.</summary>
public sealed class ExampleSelectorTests
{
    private const ulong Oil = 0x0123456789abcdef, Bank = 0xfedcba9876543210;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_story_that_recurs_in_each_window_is_one_example_with_all_its_copies()
    {
        var windows = new[]
        {
            Window(0, ("all", Text(Oil, "oil-1", 0.9, 5)), ("topic=Oil", Text(Oil, "oil-1", 0.9, 5)), ("all", Text(Bank, "bank", 0.7, 2))),
            Window(1, ("all", Text(Oil ^ 1, "oil-2", 0.95, 3)), ("topic=Oil", Text(Oil ^ 1, "oil-3", 0.95, 2))), // a near-duplicate
            Window(2, ("all", Text(Oil, "oil-4", 0.9, 40))), // after the window of the alert
        };

        var alert = new ExampleSelector(new()).AddTo(Alert(minutes: 2), new("sentiment") { Label = "negative" }, windows);

        Assert.Equal([("oil-2", 8), ("bank", 2)], alert.Examples.Select(static example => (example.Id, example.Copies)));
    }

    [Fact]
    public void The_texts_with_the_highest_confidence_are_the_examples()
    {
        var windows = new[]
        {
            Window(0, ("all", Text(Oil, "oil", 0.6, 1)), ("all", Text(Bank, "bank", 0.8, 1)), ("all", Text(~0UL, "gold", 0.7, 1))),
        };

        var alert = new ExampleSelector(new() { MaxExamples = 2 }).AddTo(Alert(minutes: 1), new("sentiment"), windows);

        Assert.Equal(["bank", "gold"], alert.Examples.Select(static example => example.Id));
    }

    private static WindowCounts Window(int minute, params (string Segment, SampledText Text)[] texts)
    {
        var window = new WindowCounts { Start = Start.AddMinutes(minute) };
        foreach (var (segment, text) in texts) window.Sample.StratumOf(segment).Add(text);
        return window;
    }

    private static SampledText Text(ulong story, string id, double confidence, int copies) => new(
        story, id, $"text of {id}", new Dictionary<string, SampledLabel> { ["sentiment"] = new("negative", confidence) }, null)
    {
        Copies = copies,
    };

    private static AlertRaised Alert(int minutes) => new()
    {
        Id = "a",
        Fingerprint = "a",
        Kind = AlertKinds.LabelSurge,
        Series = new("news", "sentiment", SeriesKey.All),
        Severity = "critical",
        Title = "a surge",
        Message = "a surge",
        Window = new(Start, Start.AddMinutes(minutes)),
        RaisedAt = Start,
        Value = 0.6,
        Baseline = 0.1,
        Unit = "share",
        Count = 10,
        Evidence = 1e-9,
        EvidenceKind = "p-value",
    };
}
