using System.Text.Json;
using StreamBert.Model;
using StreamBert.Model.Heads;
using StreamBert.Model.Tokenization;

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
        TokenSpan[] offsets = [default, .. text.Index().Where(static c => c.Item != ' ')
            .Select(static c => new TokenSpan(c.Index, c.Index + 1)), default];

        var words = TextWords.Of(text, offsets);

        Assert.Equal(expected, string.Join('|', words.Select(word => text[word.Start..word.End])));
        Assert.All(words, word => Assert.Equal(word.Start, offsets[word.Token].Start));
    }

    [Fact]
    public void An_accent_of_its_own_belongs_to_its_word() =>
        Assert.Equal(new TextWord(0, 0, 5), Assert.Single(TextWords.Of("Jose\u0301", [new TokenSpan(0, 4)])));

    /// <summary>
    /// Hugging Face parts words at white space alone: within each of its words ours are the same, less the punctuation around them.
    /// </summary>
    [Fact]
    public void Words_of_a_checkpoint_have_the_place_and_label_that_Hugging_Face_gives_them()
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
            var words = TextWords.Of(text, encoded.Offsets);

            foreach (var (start, end, token, label) in json.RootElement.GetProperty("words").EnumerateArray().Select(Golden))
            {
                var own = words.First(word => word.Start >= start && word.Start < end);
                Assert.DoesNotContain(text[start..own.Start], char.IsLetterOrDigit);
                if (own.Start != start) continue;
                Assert.Equal((token, label), (own.Token, model.Heads[0].Labels[Array.IndexOf(logits[token], logits[token].Max())]));
                same++;
            }
        }

        Assert.InRange(same, 700, int.MaxValue);
    }

    private static (int Start, int End, int Token, string Label) Golden(JsonElement word) =>
        (word.GetProperty("start").GetInt32(), word.GetProperty("end").GetInt32(), word.GetProperty("token").GetInt32(), word.GetProperty(
            "label").GetString()!);
}
