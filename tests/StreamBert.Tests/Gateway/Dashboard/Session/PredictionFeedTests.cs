using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Session;

namespace StreamBert.Tests.Gateway.Dashboard.Session;

public sealed class PredictionFeedTests
{
    private readonly PredictionFeed _feed = new();

    [Fact]
    public void The_newest_prediction_is_first_and_the_oldest_is_evicted()
    {
        for (var i = 0; i < 150; i++) _feed.Add(Prediction(i));

        Assert.Equal(100, _feed.Rows.Count());
        Assert.Equal("149", _feed.Rows.First().Latest.Id);
    }

    [Fact]
    public void Large_predictions_are_evicted_by_size_whether_shown_or_buffered()
    {
        for (var i = 0; i < 50; i++) _feed.Add(Prediction(i) with { Text = new('x', 400_000) });
        Assert.Equal(["49", "48", "47", "46", "45"], _feed.Rows.Select(static row => row.Latest.Id));

        _feed.SetPaused(true);
        for (var i = 50; i < 100; i++) _feed.Add(Prediction(i) with { Text = new('x', 400_000) });
        Assert.Equal(50, _feed.BufferedCount);
        _feed.SetPaused(false);
        Assert.Equal(["99", "98", "97", "96", "95"], _feed.Rows.Select(static row => row.Latest.Id));
    }

    [Fact]
    public void A_feed_moves_only_while_it_is_neither_paused_nor_hovered()
    {
        _feed.Add(Prediction(1));
        _feed.SetPaused(true);
        _feed.SetHovered(true);
        _feed.Add(Prediction(2));

        _feed.SetPaused(false);
        Assert.Equal(("1", 1L), (_feed.Rows.First().Latest.Id, _feed.BufferedCount));

        _feed.SetHovered(false);
        Assert.Equal(("2", 0L), (_feed.Rows.First().Latest.Id, _feed.BufferedCount));
    }

    [Fact]
    public void All_predictions_received_while_paused_are_counted_although_only_the_latest_are_kept()
    {
        _feed.SetPaused(true);
        for (var i = 0; i < 1000; i++) _feed.Add(Prediction(i));

        Assert.Equal(1000, _feed.BufferedCount);
        _feed.SetPaused(false);
        Assert.Equal(100, _feed.Rows.Count());
    }

    [Fact]
    public void A_repeated_prediction_is_shown_once_and_first()
    {
        _feed.Add(Prediction(1));
        _feed.Add(Prediction(2));
        _feed.Add(Prediction(1));

        Assert.Equal(["1", "2"], _feed.Rows.Select(static row => row.Latest.Id));
    }

    [Fact]
    public void Copies_of_a_story_are_one_row_that_shows_the_latest_and_counts_them()
    {
        _feed.Add(Story(0, 0));
        for (var id = 1; id <= 40; id++) _feed.Add(Story(id, 0b0111_0000)); // three bits of 64 differ
        _feed.Add(Story(41, 0xFFFF_0000));
        _feed.Add(Story(40, 0b0111_0000));

        Assert.Equal([("40", 41L), ("41", 1L)], _feed.Rows.Select(static row => (row.Latest.Id, row.Copies)));
    }

    [Fact]
    public void Texts_without_a_story_and_those_whose_repetitions_count_are_rows_of_their_own()
    {
        _feed.Add(Prediction(1));
        _feed.Add(Prediction(2));
        _feed.GroupsStories = false;
        _feed.Add(Story(3, 0));
        _feed.Add(Story(4, 0));

        Assert.Equal(["4", "3", "2", "1"], _feed.Rows.Select(static row => row.Latest.Id));
    }

    private static TextClassified Story(int id, ulong fingerprint) => Prediction(id) with { Story = SimHash.Format(fingerprint) };

    private static TextClassified Prediction(int id) => new()
    {
        Id = $"{id}",
        Pipeline = "financial-news",
        ModelVersion = "default-v1",
        OccurredAt = default,
        ClassifiedAt = default,
        Heads = new Dictionary<string, HeadPrediction>(),
        Tokens = 3,
        Origin = new("texts.financial-news", 0, id),
        Timings = new(1, 1, 1),
    };
}
