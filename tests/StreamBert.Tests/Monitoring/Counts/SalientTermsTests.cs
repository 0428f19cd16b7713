using StreamBert.Monitoring.Counts;

namespace StreamBert.Tests.Monitoring.Counts;

public sealed class SalientTermsTests
{
    [Fact]
    public void Words_that_occur_in_one_set_only_are_found_and_common_words_are_not()
    {
        var here = Enumerable.Range(0, 10).Select(static n => $"The refinery was hit by a spill, shares fell {n}");
        var there = Enumerable.Range(0, 60).Select(static n => $"The company was lifted by results, shares rose {n}");

        var terms = SalientTerms.Find(here, there, 4);

        Assert.Equal(["fell", "hit", "refinery", "spill"], terms.Order());
    }

    [Fact]
    public void A_word_that_occurs_in_one_text_only_is_no_term() =>
        Assert.Empty(SalientTerms.Find(["unheard words"], ["other texts", "more of them"], 5));

    [Fact]
    public void Without_texts_there_are_no_terms()
    {
        Assert.Empty(SalientTerms.Find([], ["a text"], 5));
        Assert.Empty(SalientTerms.Find(["a text"], [], 5));
    }
}
