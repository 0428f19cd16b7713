using System.Numerics;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Counts;

/// <summary>Counts clusters through the windows of a pipeline, against a count by hand over all texts of a window.</summary>
public sealed class ClusterTallyTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly PipelineOptions Pipeline = SyntheticStream.Pipeline with
    {
        Monitor = SyntheticStream.Pipeline.Monitor with
        {
            Rules = SyntheticStream.Pipeline.Monitor.Rules with { Segments = ["head:topic", "attribute:queue", "source"] },
        },
    };

    [Fact]
    public void One_headline_syndicated_forty_times_is_one_cluster_and_one_example_of_forty_copies()
    {
        var copies = Enumerable.Range(0, 40).Select(static copy => Predictions.Text(Start, sentiment: "negative", id: $"c{copy}") with
        {
            Story = $"{0x0123456789abcdef ^ (1UL << copy % 3):x16}", // the copies differ in at most two bits
        });
        var others = Enumerable.Range(0, 3).Select(static other => Predictions.Text(Start, id: $"o{other}"));

        var counts = Close([.. copies, .. others]).Counts;

        var all = counts.Find("sentiment", "all")!;
        Assert.Equal((43, 4), (all.Count, all.Clusters));
        Assert.Equal((40, 1.0), (all.Labels["negative"], all.ClusterLabels["negative"]));
        Assert.Equal(40 * 40 + 3, all.ClusterSquares);
        Assert.Equal([40, 1, 1, 1], counts.Sample.Strata["topic=Macro"].Select(static text => text.Copies).OrderDescending());
    }

    [Fact]
    public void Where_stories_are_not_grouped_each_log_line_counts_and_a_subject_is_one_cluster_all_the_same()
    {
        var lines = Enumerable.Range(0, 40)
            .Select(static line => Predictions.Text(Start, id: $"l{line}") with { Story = "0123456789abcdef" });
        var pod = Enumerable.Range(0, 3).Select(static line => Predictions.Text(Start, id: $"p{line}") with { Subject = "pod 7" });
        var pipeline = WithRules(static rules => rules with { GroupStories = false });

        var all = Close([.. lines, .. pod], pipeline: pipeline).Counts.Find("sentiment", "all")!;

        Assert.Equal((43, 41), (all.Count, all.Clusters));
    }

    [Fact]
    public void Texts_of_one_subject_are_one_cluster_whose_vote_is_shared_by_its_labels()
    {
        static TextClassified Text(string id, string sentiment, string topic) =>
            Predictions.Text(Start, topic, sentiment, id) with { Subject = "customer 7" };

        var counts = Close([Text("a", "negative", "Macro"), Text("b", "negative", "Macro"), Text("c", "neutral", "Legal")]).Counts;

        var all = counts.Find("sentiment", "all")!;
        Assert.Equal(1, all.Clusters);
        Assert.Equal((0.666667, 0.333333), (all.ClusterLabels["negative"], all.ClusterLabels["neutral"]));
        var macro = counts.Find("sentiment", "topic=Macro")!;
        Assert.Equal((1, 1.0), (macro.Clusters, macro.ClusterLabels["negative"]));
        Assert.Equal((3, 1), (counts.Volumes["all"].Count, counts.Volumes["all"].Clusters));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(2)]
    public void Clusters_of_every_series_equal_a_count_by_hand_in_any_order_late_and_after_a_restore(int maxSegments)
    {
        var random = new Random(7);
        var options = new WindowOptions { MaxSegments = maxSegments, MaximumHoldBack = TimeSpan.Zero };
        for (var round = 0; round < 10; round++)
        {
            var texts = RandomTexts(random, 120);
            random.Shuffle(texts);
            var counts = CloseWithLate(texts, options, late: 30);

            Assert.Equal(120, counts.Volumes["all"].Count);
            foreach (var (head, segments) in counts.Series)
            {
                foreach (var (segment, series) in segments)
                    AssertEqualsCountByHand(series, head, [.. texts.Where(text => IsIn(text, segment, segments.Keys))]);
            }
            Assert.All(counts.Volumes, volume => Assert.Equal(
                texts.Count(text => IsIn(text, volume.Key, counts.Volumes.Keys)), volume.Value.Count));
        }
    }

    [Fact]
    public void With_more_clusters_than_fit_their_number_is_estimated_within_a_few_percent_and_in_any_order()
    {
        var random = new Random(3);
        var texts = Enumerable.Range(0, 6000).Select(index => Predictions.Text(
            Start, sentiment: index % 3 == 0 ? "negative" : "neutral", id: $"t{index}") with
        { Subject = $"s{index / 3}" }).ToArray();
        string Estimate()
        {
            random.Shuffle(texts);
            var all = Close(texts, new() { MaxClusters = 500 }).Counts.Find("sentiment", "all")!;
            // Each cluster has three texts, one of them negative: 2,000 clusters, a third of each negative.
            Assert.InRange(all.Clusters, 1900, 2100);
            Assert.InRange(all.ClusterLabels["negative"], 0.95 * all.Clusters / 3, 1.05 * all.Clusters / 3);
            return $"{all.Clusters} {all.ClusterLabels["negative"]} {all.ClusterSquares}";
        }

        Assert.Single(Enumerable.Range(0, 4).Select(_ => Estimate()).Distinct());
    }

    [Fact]
    public void The_clusters_of_a_group_are_those_of_its_texts()
    {
        static TextClassified Text(string id, string subject, string region, string sentiment) =>
            Predictions.Text(Start, sentiment: sentiment, id: id) with
            {
                Subject = subject,
                Attributes = new Dictionary<string, string> { ["region"] = region },
            };

        var clusters = Close([
            Text("a", "x", "north", "negative"), Text("b", "x", "north", "neutral"), Text("c", "y", "north", "neutral"),
            Text("d", "z", "south", "negative"),
        ]).Counts.Clusters;

        Assert.Equal([(1, 0), (2, 1)], clusters.OfGroup("region/sentiment=negative", "north")
            .Select(static cluster => (cluster.Texts, cluster.Selected)).Order());
        var south = Assert.Single(clusters.OfGroup("region/sentiment=negative", "south"));
        Assert.Equal((1, 1), (south.Texts, south.Selected));
        Assert.Empty(clusters.OfGroup("region/sentiment=negative", "east"));
    }

    private static TextClassified[] RandomTexts(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(index => Predictions.Text(
            Start.AddSeconds(random.NextDouble() * 9), Pick(random, "Macro", "Legal", "Energy", "Markets"),
            Pick(random, "negative", "neutral", "positive"), $"t{index}") with
        {
            Subject = random.Next(4) == 0 ? $"s{random.Next(8)}" : null,
            Story = random.Next(3) == 0 ? null : $"{((ulong)random.Next(6) * 0x1f3a5b7c9d2e4f60) ^ (1UL << random.Next(40)):x16}",
            Source = Pick(random, "wire", "blog", "feed"),
            Attributes = random.Next(5) == 0 ? []
                : new Dictionary<string, string> { ["queue"] = Pick(random, "billing", "sales", "legal") },
        }),
    ];

    private static string Pick(Random random, params string[] values) => values[random.Next(values.Length)];

    /// <summary>Whether a text counts in a segment: in its own, or in that of the others if its own is not among the known ones.</summary>
    private static bool IsIn(TextClassified text, string segment, IEnumerable<string> known)
    {
        if (segment == "all")
            return true;
        var name = segment[..segment.IndexOf('=', StringComparison.Ordinal)];
        var value = name switch
        {
            "topic" => text.Heads["topic"].Label,
            "queue" => text.Attributes.GetValueOrDefault("queue"),
            _ => text.Source,
        };
        return value is not null && segment == (known.Contains($"{name}={value}") ? $"{name}={value}" : $"{name}=(other)");
    }

    /// <summary>The oracle: clusters by comparing all pairs of texts.</summary>
    private static void AssertEqualsCountByHand(SeriesCounts series, string head, TextClassified[] texts)
    {
        var clusters = new List<List<TextClassified>>();
        foreach (var text in texts)
        {
            var joined = clusters.FindAll(cluster => cluster.Exists(other => IsSameCluster(text, other)));
            clusters.RemoveAll(joined.Contains);
            clusters.Add([text, .. joined.SelectMany(static cluster => cluster)]);
        }
        Assert.Equal(texts.Length, series.Count);
        Assert.Equal(clusters.Count, series.Clusters);
        Assert.Equal(clusters.Sum(static cluster => cluster.Count * cluster.Count), series.ClusterSquares);
        foreach (var (label, share) in series.ClusterLabels)
        {
            var expected = clusters.Sum(cluster => (double)cluster.Count(text => text.Heads[head].Label == label) / cluster.Count);
            Assert.Equal(expected, share, 1e-4);
        }
    }

    private static bool IsSameCluster(TextClassified a, TextClassified b) =>
        a.Subject is not null || b.Subject is not null ? a.Subject == b.Subject
        : a.Story is not null && b.Story is not null
            && BitOperations.PopCount(Convert.ToUInt64(a.Story, 16) ^ Convert.ToUInt64(b.Story, 16)) <= 3;

    private static PipelineOptions WithRules(Func<MonitorRules, MonitorRules> change) => Pipeline with
    {
        Monitor = Pipeline.Monitor with { Rules = change(Pipeline.Monitor.Rules) },
    };

    private static WindowClosed Close(IReadOnlyList<TextClassified> texts, WindowOptions? options = null, PipelineOptions? pipeline = null)
    {
        var windows = new PipelineWindows(pipeline ?? Pipeline, options ?? new(), TimeSpan.FromHours(1), new(), []);
        var feed = new InputFeed();
        return Assert.IsType<WindowClosed>(Assert.Single(Apply(windows, feed, texts, 12)));
    }

    /// <summary>Closes a window, restores its state, and counts the last texts late.</summary>
    private static WindowCounts CloseWithLate(IReadOnlyList<TextClassified> texts, WindowOptions options, int late)
    {
        var feed = new InputFeed();
        var (state, inTime) = (new WindowsState(), texts.Take(texts.Count - late).ToList());
        Apply(new(Pipeline, options, TimeSpan.FromHours(1), state, []), feed, inTime, null);
        state = Restore(state);
        Apply(new(Pipeline, options, TimeSpan.FromHours(1), state, []), feed, [], 12);
        state = Restore(state);
        var updates = Apply(new(Pipeline, options, TimeSpan.FromHours(1), state, []), feed, [.. texts.Skip(inTime.Count)], 22);
        return Assert.IsType<WindowRevised>(updates[0]).Counts;
    }

    private static WindowsState Restore(WindowsState state) =>
        JsonSerializer.Deserialize<WindowsState>(JsonSerializer.Serialize(state))!;

    private static List<WindowUpdate> Apply(PipelineWindows windows, InputFeed feed, IReadOnlyList<TextClassified> texts, double? second)
    {
        TextClassified[] last = second is { } time ? [Predictions.Text(Start.AddSeconds(time), id: $"last {time}")] : [];
        List<TextClassified> placed = [.. texts.Concat(last).Select(text => feed.Place(text, 0))];
        return [.. windows.Apply(new(Pipeline.Name, placed, feed.Progress(placed, placed[^1].OccurredAt)))];
    }
}
