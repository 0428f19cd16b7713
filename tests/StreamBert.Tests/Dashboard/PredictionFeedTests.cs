using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard;

namespace StreamBert.Tests.Dashboard;

public sealed class PredictionFeedTests
{
    private readonly PredictionFeed _feed = new();

    [Fact]
    public void The_newest_stands_first_and_the_oldest_makes_room()
    {
        for (var i = 0; i < 150; i++) _feed.Add(Prediction(i));

        Assert.Equal(100, _feed.Rows.Count());
        Assert.Equal("149", _feed.Rows.First().Id);
    }

    [Fact]
    public void Large_predictions_make_room_by_their_bytes_shown_and_waiting()
    {
        for (var i = 0; i < 50; i++) _feed.Add(Prediction(i) with { Text = new('x', 400_000) });
        Assert.Equal(["49", "48", "47", "46", "45"], _feed.Rows.Select(static row => row.Id));

        _feed.Pause(true);
        for (var i = 50; i < 100; i++) _feed.Add(Prediction(i) with { Text = new('x', 400_000) });
        Assert.Equal(50, _feed.Waiting);
        _feed.Pause(false);
        Assert.Equal(["99", "98", "97", "96", "95"], _feed.Rows.Select(static row => row.Id));
    }

    [Fact]
    public void A_held_feed_moves_only_when_neither_button_nor_pointer_holds_it()
    {
        _feed.Add(Prediction(1));
        _feed.Pause(true);
        _feed.Point(true);
        _feed.Add(Prediction(2));

        _feed.Pause(false);
        Assert.Equal(("1", 1L), (_feed.Rows.First().Id, _feed.Waiting));

        _feed.Point(false);
        Assert.Equal(("2", 0L), (_feed.Rows.First().Id, _feed.Waiting));
    }

    [Fact]
    public void Everything_that_came_while_held_is_counted_though_only_the_latest_is_kept()
    {
        _feed.Pause(true);
        for (var i = 0; i < 1000; i++) _feed.Add(Prediction(i));

        Assert.Equal(1000, _feed.Waiting);
        _feed.Pause(false);
        Assert.Equal(100, _feed.Rows.Count());
    }

    [Fact]
    public void A_prediction_that_comes_again_stands_once_and_first()
    {
        _feed.Add(Prediction(1));
        _feed.Add(Prediction(2));
        _feed.Add(Prediction(1));

        Assert.Equal(["1", "2"], _feed.Rows.Select(static row => row.Id));
    }

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
