using System.Text.Json;
using StreamBert.Model;
using StreamBert.Model.Heads;

namespace StreamBert.Tests.Model.Heads;

public sealed class TextWordsTests
{
    public static TheoryData<string, string> Texts => new()
    {
        { "U.N. official", "U.N.|official" },
        { "in Nairobi next spring.", "in|Nairobi|next|spring" },
        { "(Reuters) \"Acme\" fell...", "Reuters|Acme|fell..." },
        { "Acme Inc., not S.p.A.!", "Acme|Inc|not|S.p.A." },
        { "北京 Sony", "北|京|Sony" },
        { "$31.5 #tag @user AT&T", "$31.5|#tag|@user|AT&T" },
        { "\" - .", "\"|-|." },
        { "", "" },
    };

    /// <summary>Every character that is no white space is a token: the finest cut there is.</summary>
    [Theory]
    [MemberData(nameof(Texts))]
    public void Words_stand_between_white_space_without_the_punctuation_around_them(string text, string expected)
    {
        TokenSpan[] offsets = [default, .. text.Index().Where(c => c.Item != ' ').Select(c => new TokenSpan(c.Index, c.Index + 1)), default];

        var words = TextWords.Of(text, offsets);

        Assert.Equal(expected, string.Join('|', words.Select(word => text[word.Start..word.End])));
        Assert.All(words, word => Assert.Equal(word.Start, offsets[word.Token].Start));
    }

    [Fact]
    public void Words_by_white_space_are_those_of_Hugging_Face_with_the_same_label()
    {
        var directory = SharedData.Require(Path.Combine("hf_golden", "bert-cased-tokencls"));
        using var model = TextClassifier.Load(directory);
        var labels = model.Heads[0].Labels;

        foreach (var line in File.ReadLines(Path.Combine(directory, "expected.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var text = json.RootElement.GetProperty("text").GetString()!;
            var encoded = model.Encode(text);
            var logits = model.Classify([encoded])[0].Logits[model.Heads[0].Name].Chunk(labels.Count).ToList();

            var words = TextWords.ByWhiteSpace(text, encoded.Offsets).Select(word => (text[word.Start..word.End], word.Token, labels[Array.IndexOf(logits[word.Token], logits[word.Token].Max())]));

            Assert.Equal(json.RootElement.GetProperty("words").EnumerateArray()
                .Select(word => (word.GetProperty("word").GetString()!, word.GetProperty("token").GetInt32(), word.GetProperty("label").GetString()!)), words);
        }
    }
}
