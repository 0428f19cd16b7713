using StreamBert.Cli.Files;
using StreamBert.Model.Languages;

namespace StreamBert.Tests.Model.Languages;

/// <summary>
/// Measures the check of an English model on data sets that its lists and thresholds were not chosen on: how many English texts it
/// reports, and how many texts in other languages.
/// </summary>
public sealed class LanguageRatesTests
{
    private readonly LanguageCheck _english = LanguageCheck.Create(["en"])!;

    /// <remarks>The texts that are reported in the finance tweets are tweets in other languages.</remarks>
    [Theory]
    [InlineData("twitter_fin_sentiment/sent_valid.csv", "text", 0.003)]
    [InlineData("twitter_fin_topic/topic_valid.csv", "text", 0.001)]
    [InlineData("sentfin/SEntFiN.csv", "Title", 0.001)]
    [InlineData("banking77/test.csv", "text", 0.001)]
    [InlineData("bitext_support/test.csv", "utterance", 0.001)]
    [InlineData("goemotions/test.csv", "text", 0.001)]
    [InlineData("hwu64/test.csv", "text", 0.001)]
    [InlineData("nusax_senti/english/test.csv", "text", 0.005)]
    public void Hardly_any_English_text_is_reported(string file, string column, double most) =>
        Assert.InRange(MeasureReported(file, column), 0, most);

    [Theory]
    [InlineData("tnews_zh/test.csv", "text", 0.99)]
    [InlineData("nusax_senti/indonesian/test.csv", "text", 0.7)]
    [InlineData("nusax_senti/javanese/test.csv", "text", 0.4)]
    [InlineData("nusax_senti/sundanese/test.csv", "text", 0.2)]
    public void Most_texts_in_other_languages_are_reported(string file, string column, double least) =>
        Assert.InRange(MeasureReported(file, column), least, 1);

    private double MeasureReported(string file, string column)
    {
        var texts = RowFile.Open(SharedData.Require(file), allowPlainText: false).ReadTexts(column).ToList();
        var reported = texts.Count(text => _english.FindForeign(text) is not null);
        TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {reported} of {texts.Count} texts are reported");
        return (double)reported / texts.Count;
    }
}
