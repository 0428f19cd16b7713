using StreamBert.Contracts;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Windows;

public sealed class EntityMentionsTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly PipelineOptions Pipeline = SyntheticStream.Pipeline with
    {
        Heads = ["sentiment", "topic", "entities"],
        Monitor = SyntheticStream.Pipeline.Monitor with
        {
            Rules = SyntheticStream.Pipeline.Monitor.Rules with { Segments = ["head:topic", "entity:entities"] },
        },
    };

    [Fact]
    public void Texts_that_mention_an_entity_are_a_segment_of_sentiment_in_any_spelling()
    {
        var trends = Count(Pipeline, new() { MinimumEntityMentions = 1 },
            Text("negative", ("ORG", "Apple"), ("ORG", "APPLE’s"), ("LOC", "Nairobi")),
            Text("neutral", ("ORG", "apple")),
            Text("positive"));

        var apple = Assert.Single(trends, static trend => trend.Series.IsAbout("ORG:Apple"));
        Assert.Equal(("sentiment", "entity=ORG:apple", 2), (apple.Series.Head, apple.Series.Segment, apple.Count));
        Assert.Equal(1, apple.Labels["negative"]);
        Assert.Equal(1, Assert.Single(trends, static trend => trend.Series.IsAbout("nairobi")).Count);
    }

    [Fact]
    public void The_head_that_names_entities_counts_each_type_once_a_text()
    {
        var trends = Count(
            Pipeline,
            new(),
            Text("neutral", ("ORG", "Apple"), ("ORG", "Acme"), ("LOC", "Nairobi")),
            Text("neutral", ("ORG", "Apple")));

        var types = Assert.Single(trends, static trend => trend.Series is { Head: "entities", Segment: SeriesKey.All });
        Assert.Equivalent(new Dictionary<string, long> { ["ORG"] = 2, ["LOC"] = 1 }, types.Labels, strict: true);
    }

    [Fact]
    public void Rare_names_count_together_and_names_without_words_and_pipelines_without_an_entity_head_make_no_series()
    {
        Assert.Equal(
            ["entity=(other)"],
            Count(Pipeline, new() { MinimumEntityMentions = 2 }, Text("neutral", ("ORG", "Apple"))).Where(IsOfEntity)
                .Select(static trend => trend.Series.Segment));
        Assert.DoesNotContain(Count(Pipeline, new() { MinimumEntityMentions = 1 }, Text("neutral", ("ORG", null))), IsOfEntity);
        Assert.DoesNotContain(
            Count(SyntheticStream.Pipeline, new() { MinimumEntityMentions = 1 }, Text("neutral", ("ORG", "Apple"))), IsOfEntity);
    }

    [Theory]
    [InlineData("  Apple   Inc’s ", "entity=ORG:apple inc")]
    [InlineData("ÖBB", "entity=ORG:öbb")]
    public void A_name_has_one_segment_in_every_spelling(string name, string segment) =>
        Assert.Equal(segment, SeriesKey.OfEntity("ORG", name));

    private static bool IsOfEntity(TrendUpdated trend) => SeriesKey.IsEntity(trend.Series.Segment);

    private static List<TrendUpdated> Count(PipelineOptions pipeline, WindowOptions options, params TextClassified[] texts)
    {
        var windows = new PipelineWindows(pipeline, options, TimeSpan.FromHours(1), new(), []);
        var feed = new InputFeed();
        List<TextClassified> placed = [.. texts.Append(Predictions.Text(Start.AddSeconds(30))).Select(text => feed.Place(text, 0))];
        return [.. windows.Apply(new(pipeline.Name, placed, feed.Progress(placed, Start.AddSeconds(30)))).Take(1)
            .SelectMany(window => Trends.Of(window, pipeline))];
    }

    private static TextClassified Text(string sentiment, params (string Type, string? Name)[] entities) =>
        Predictions.Text(Start.AddSeconds(1), sentiment: sentiment) with
        {
            Entities = [.. entities.Select(static entity => new Entity(entity.Type, 0, 1, 0.9, "entities") { Text = entity.Name })],
        };
}
