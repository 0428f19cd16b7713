using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Inference.Batching;

public sealed class PredictionCacheTests
{
    private readonly PredictionCache _cache = new(2);

    [Fact]
    public void Equal_tokens_find_the_prediction_in_whatever_array_they_are()
    {
        _cache.Add("v1", Text(1, 2, 3), Prediction(7));

        Assert.Equal(7, Found("v1", 1, 2, 3));
        Assert.Null(Found("v1", 1, 2));
        Assert.Null(Found("v1", 1, 3, 2));
    }

    [Fact]
    public void A_prediction_with_entities_is_found_only_for_equal_token_offsets()
    {
        _cache.Add("v1", Spaced(4), Prediction(7) with { Entities = [] });

        Assert.NotNull(_cache.Find("v1", Spaced(4)));
        Assert.Null(_cache.Find("v1", Spaced(5)));

        static EncodedText Spaced(int secondWord) => new([1, 2], false) { Offsets = [new(0, 3), new(secondWord, secondWord + 2)] };
    }

    [Fact]
    public void Another_version_finds_nothing_and_replaces_the_predictions_of_the_old_one()
    {
        _cache.Add("v1", Text(1), Prediction(1));
        Assert.Null(Found("v2", 1));

        _cache.Add("v2", Text(1), Prediction(2));
        _cache.Add("v2", Text(2), Prediction(3));

        Assert.Equal((null, 2, 3), (Found("v1", 1), Found("v2", 1), Found("v2", 2)));
    }

    [Fact]
    public void The_least_recently_used_prediction_is_evicted_first()
    {
        _cache.Add("v1", Text(1), Prediction(1));
        _cache.Add("v1", Text(2), Prediction(2));
        Assert.Equal(1, Found("v1", 1));

        _cache.Add("v1", Text(3), Prediction(3));

        Assert.Equal((1, null, 3), (Found("v1", 1), Found("v1", 2), Found("v1", 3)));
    }

    [Fact]
    public void A_capacity_of_zero_caches_nothing()
    {
        var disabled = new PredictionCache(0);
        disabled.Add("v1", Text(1), Prediction(1));

        Assert.Null(disabled.Find("v1", Text(1)));
        Assert.Equal(0, disabled.Count);
    }

    [Fact]
    public void Concurrent_callers_find_the_right_prediction_or_none_within_the_capacity()
    {
        var cache = new PredictionCache(50);

        Parallel.For(0, 20_000, i =>
        {
            var id = (i * 7919) % 200;
            if (cache.Find("v1", Text(id)) is { } found)
                Assert.Equal(id, found.Embedding[0]);
            else
                cache.Add("v1", Text(id), Prediction(id));
            Assert.InRange(cache.Count, 0, 50);
        });
    }

    private float? Found(string version, params int[] ids) => _cache.Find(version, Text(ids))?.Embedding[0];

    private static EncodedText Text(params int[] ids) => new(ids, false);

    private static ClassifiedText Prediction(float mark) => new(new Dictionary<string, HeadPrediction>(), [mark]);
}
