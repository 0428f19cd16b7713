using System.Text.Json;
using StreamBert.Model.Classification;
using StreamBert.Model.Entities;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Model.Entities;

public sealed class WordSplitterTests
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

    /// <summary>Every character except white space is a token, the finest tokenization.</summary>
    [Theory]
    [MemberData(nameof(Texts))]
    public void Words_are_separated_by_white_space_and_exclude_surrounding_punctuation(string text, string expected)
    {
        TokenSpan[] offsets = [default, .. text.Index().Where(static c => c.Item != ' ')
            .Select(static c => new TokenSpan(c.Index, c.Index + 1)), default];

        var words = WordSplitter.Split(text, offsets);

        Assert.Equal(expected, string.Join('|', words.Select(word => text[word.Start..word.End])));
        Assert.All(words, word => Assert.Equal(word.Start, offsets[word.FirstToken].Start));
    }

    [Fact]
    public void A_combining_accent_belongs_to_its_word() =>
        Assert.Equal(new WordSpan(0, 0, 5), Assert.Single(WordSplitter.Split("Jose\u0301", [new TokenSpan(0, 4)])));

    /// <summary>
    /// Hugging Face splits words at white space only: within each of its words ours are equal, without the surrounding punctuation.
    /// </summary>
    [Fact]
    public void Words_have_the_offsets_and_labels_that_Hugging_Face_gives_them()
    {
        var directory = SharedData.Require(Path.Combine("hf_golden", "bert-cased-tokencls"));
        using var model = TextClassifier.Load(directory);
        var same = 0;
        foreach (var line in File.ReadLines(Path.Combine(directory, "expected.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var text = json.RootElement.GetProperty("text").GetString()!;
            var encoded = model.Encode(text);
            var logits = model.Classify([encoded])[0].Logits[model.Heads[0].Name].Chunk(model.Heads[0].Labels.Count).ToList();
            var words = WordSplitter.Split(text, encoded.Offsets);

            foreach (var (start, end, token, label) in json.RootElement.GetProperty("words").EnumerateArray().Select(Golden))
            {
                var own = words.First(word => word.Start >= start && word.Start < end);
                Assert.DoesNotContain(text[start..own.Start], char.IsLetterOrDigit);
                if (own.Start != start) continue;
                Assert.Equal((token, label), (own.FirstToken, model.Heads[0].Labels[Array.IndexOf(logits[token], logits[token].Max())]));
                same++;
            }
        }

        Assert.InRange(same, 700, int.MaxValue);
    }

    private static (int Start, int End, int Token, string Label) Golden(JsonElement word) =>
        (word.GetProperty("start").GetInt32(), word.GetProperty("end").GetInt32(), word.GetProperty("token").GetInt32(), word.GetProperty(
            "label").GetString()!);
}
