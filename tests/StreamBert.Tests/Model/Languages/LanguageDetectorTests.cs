using StreamBert.Model.Languages;

namespace StreamBert.Tests.Model.Languages;

/// <summary>Tests the languages of data sets.</summary>
public sealed class LanguageDetectorTests
{
    private const string English = "The shares rose after the company raised its outlook",
        German = "Die Bestellung ist leider noch nicht bei mir angekommen.", Chinese = "苹果公司发布新款手机，股价上涨";

    [Fact]
    public void A_data_set_has_the_languages_of_a_tenth_of_its_texts_the_most_frequent_first()
    {
        string[] texts = [.. Repeat(English, 60), .. Repeat(Chinese, 100), .. Repeat("$AAPL", 500), .. Repeat(German, 15)];

        Assert.Equal(["zh", "en"], LanguageDetector.DetectAll(texts));
    }

    [Fact]
    public void A_few_texts_do_not_determine_the_language_of_a_data_set() =>
        Assert.Empty(LanguageDetector.DetectAll(Repeat(English, 19)));

    [Fact]
    public void Texts_that_are_mostly_in_no_known_language_have_none()
    {
        const string swahili = "agizo langu bado halijafika na nimesubiri kwa wiki nzima sasa";

        Assert.Empty(LanguageDetector.DetectAll([.. Repeat(swahili, 100), .. Repeat(English, 25)]));
    }

    [Fact]
    public void A_model_that_keeps_heads_keeps_their_languages()
    {
        Assert.Equal(["en", "de"], LanguageDetector.Choose([], Repeat(German, 100), ["en"], keepsHeads: true));
        Assert.Empty(LanguageDetector.Choose([], Repeat(German, 100), [], keepsHeads: true));
    }

    [Fact]
    public void Stated_languages_come_before_those_of_the_texts_and_these_before_those_of_the_parent()
    {
        Assert.Equal(["fr"], LanguageDetector.Choose(["fr"], Repeat(German, 100), ["en"]));
        Assert.Equal(["de"], LanguageDetector.Choose([], Repeat(German, 100), ["en"]));
        Assert.Equal(["en"], LanguageDetector.Choose([], Repeat("ok", 100), ["en"]));
    }

    private static IEnumerable<string> Repeat(string text, int count) => Enumerable.Repeat(text, count);
}
