using CsCheck;
using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

public sealed class SimHashTests
{
    [Theory]
    [InlineData("Apple shares fall 5% after earnings", "apple shares fall 5% after earnings")]
    [InlineData("RT @wire: Apple shares fall 5% after earnings https://t.co/a1", "Apple shares fall 5 % after earnings")]
    [InlineData("  Central bank  holds rates. ", "Central bank holds rates")]
    public void Copies_that_differ_in_case_links_and_punctuation_have_equal_fingerprints(string one, string other) =>
        Assert.Equal(SimHash.Of(one), SimHash.Of(other));

    [Fact]
    public void A_long_story_with_one_changed_letter_is_a_near_duplicate()
    {
        var story = string.Concat(Enumerable.Range(0, 120).Select(static i => $"word{i * 7919 % 1000} "));

        Assert.InRange(SimHash.Distance(SimHash.Of(story), SimHash.Of(story.Replace("word919 ", "word918 ", StringComparison.Ordinal))), 0,
            SimHash.NearDuplicateDistance);
    }

    /// <summary>Random fingerprints differ in 32 ± 4 bits (binomial); unrelated short texts share few trigrams.</summary>
    [Fact]
    public void Different_headlines_are_not_near_duplicates()
    {
        string[] headlines =
        [
            "Apple shares fall 5% after earnings", "Oil rises as stocks of crude shrink", "Central bank holds rates", "苹果公司股价大幅下跌",
            "Airline orders forty jets", "Regulator fines bank over controls", "央行维持利率不变", "Chip maker raises its forecast",
        ];
        var distances = headlines.Index().SelectMany(a =>
            headlines.Take(a.Index).Select(b => SimHash.Distance(SimHash.Of(a.Item), SimHash.Of(b)))).ToList();

        Assert.True(distances.Min() > 15, $"The smallest distance is {distances.Min()}.");
    }

    [Fact]
    public void Texts_without_letters_are_equal_only_if_they_are_the_same()
    {
        Assert.Equal(SimHash.Of("!!"), SimHash.Of("!! "));
        Assert.NotEqual(SimHash.Of("!!"), SimHash.Of("??"));
    }

    [Fact]
    public void A_fingerprint_is_read_as_it_was_written() => Gen.ULong.Sample(static fingerprint =>
        Assert.True(SimHash.TryParse(SimHash.Format(fingerprint), out var read) && read == fingerprint));

    [Theory]
    [InlineData(null)]
    [InlineData("12")]
    [InlineData("000000000000000g")]
    [InlineData("00000000000000000")]
    public void Anything_else_is_not_a_fingerprint(string? text) => Assert.False(SimHash.TryParse(text, out _));

    [Fact]
    public void The_fingerprint_of_a_text_never_changes() =>
        Assert.Equal("8c2b15f041b58087", SimHash.Format(SimHash.Of("Central bank holds rates")));
}
