using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Model;

namespace StreamBert.Tests.Inference.Batching;

public sealed class AnswerCacheTests
{
    private readonly AnswerCache _cache = new(2);

    [Fact]
    public void The_same_word_pieces_find_the_answer_whatever_array_they_stand_in()
    {
        _cache.Remember("v1", Text(1, 2, 3), Answer(7));

        Assert.Equal(7, Found("v1", 1, 2, 3));
        Assert.Null(Found("v1", 1, 2));
        Assert.Null(Found("v1", 1, 3, 2));
    }

    [Fact]
    public void An_answer_that_names_entities_is_found_only_where_the_pieces_stand_at_the_same_places()
    {
        _cache.Remember("v1", Spaced(4), Answer(7) with { Entities = [] });

        Assert.NotNull(_cache.Find("v1", Spaced(4)));
        Assert.Null(_cache.Find("v1", Spaced(5)));

        static EncodedText Spaced(int secondWord) => new([1, 2], false) { Offsets = [new(0, 3), new(secondWord, secondWord + 2)] };
    }

    [Fact]
    public void Another_version_finds_nothing_and_takes_the_old_ones_place()
    {
        _cache.Remember("v1", Text(1), Answer(1));
        Assert.Null(Found("v2", 1));

        _cache.Remember("v2", Text(1), Answer(2));
        _cache.Remember("v2", Text(2), Answer(3));

        Assert.Equal((null, 2, 3), (Found("v1", 1), Found("v2", 1), Found("v2", 2)));
    }

    [Fact]
    public void The_one_used_longest_ago_is_forgotten_first()
    {
        _cache.Remember("v1", Text(1), Answer(1));
        _cache.Remember("v1", Text(2), Answer(2));
        Assert.Equal(1, Found("v1", 1));

        _cache.Remember("v1", Text(3), Answer(3));

        Assert.Equal((1, null, 3), (Found("v1", 1), Found("v1", 2), Found("v1", 3)));
    }

    [Fact]
    public void Without_entries_it_remembers_nothing()
    {
        var off = new AnswerCache(0);
        off.Remember("v1", Text(1), Answer(1));

        Assert.Null(off.Find("v1", Text(1)));
        Assert.Equal(0, off.Count);
    }

    [Fact]
    public void Many_threads_find_right_answers_or_none_within_the_bound()
    {
        var cache = new AnswerCache(50);

        Parallel.For(0, 20_000, i =>
        {
            var id = (i * 7919) % 200;
            if (cache.Find("v1", Text(id)) is { } found)
                Assert.Equal(id, found.Embedding[0]);
            else
                cache.Remember("v1", Text(id), Answer(id));
            Assert.InRange(cache.Count, 0, 50);
        });
    }

    private float? Found(string version, params int[] ids) => _cache.Find(version, Text(ids))?.Embedding[0];

    private static EncodedText Text(params int[] ids) => new(ids, false);

    private static ClassifiedText Answer(float mark) => new(new Dictionary<string, HeadPrediction>(), [mark]);
}
