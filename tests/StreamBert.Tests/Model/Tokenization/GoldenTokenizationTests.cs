using System.Text.Json;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Tests.Model.Tokenization;

/// <summary>Compares with the output of Hugging Face's tokenizers, for all available texts.</summary>
public sealed class GoldenTokenizationTests
{
    [Theory]
    [InlineData("bert-uncased-seqcls")]
    [InlineData("bert-cased-tokencls")]
    [InlineData("bert-chinese-seqcls")]
    [InlineData("bert-multilabel-short")]
    [InlineData("distilbert-seqcls")]
    [InlineData("roberta-seqcls")]
    public void All_texts_of_a_checkpoint_have_the_ids_and_tokens_of_Hugging_Face(string checkpoint)
    {
        var tokenizer = Checkpoint(checkpoint);

        var identical = Rows(checkpoint).Count(row =>
        {
            var encoded = tokenizer.Encode(row.GetProperty("text").GetString()!, tokenizer.MaxLength!.Value);
            return encoded.Ids.SequenceEqual(Ids(row, "input_ids")) && encoded.IsTruncated == row.GetProperty("truncated").GetBoolean()
                && encoded.Ids.Select(tokenizer.GetToken)
                    .SequenceEqual(row.GetProperty("tokens").EnumerateArray().Select(static token => token.GetString()!));
        });

        Assert.Equal(40, identical);
    }

    [Fact]
    public void The_first_token_of_every_word_begins_where_Hugging_Faces_word_begins()
    {
        var tokenizer = Checkpoint("bert-cased-tokencls");
        var words = 0;
        Assert.All(Rows("bert-cased-tokencls"), row =>
        {
            var encoded = tokenizer.Encode(row.GetProperty("text").GetString()!, tokenizer.MaxLength!.Value);
            foreach (var word in row.GetProperty("words").EnumerateArray())
            {
                var offset = encoded.Offsets[word.GetProperty("token").GetInt32()];
                Assert.InRange(offset.Start, word.GetProperty("start").GetInt32(), word.GetProperty("end").GetInt32() - 1);
                Assert.InRange(offset.End, offset.Start + 1, word.GetProperty("end").GetInt32());
                words++;
            }
        });
        Assert.InRange(words, 500, int.MaxValue);
    }

    [Theory]
    [InlineData("google-bert/bert-base-uncased", "bert-base-uncased-vocab.txt", true)]
    [InlineData("distilbert/distilbert-base-multilingual-cased", "bert-base-multilingual-cased-vocab.txt", false)]
    public void All_tokenizer_tests_of_a_published_model_pass(string model, string vocabulary, bool lowercase)
    {
        var tokenizer = Published(vocabulary, lowercase);
        var cases = Golden("tokenizer_tests_bert.json").GetProperty(model).EnumerateArray().ToList();

        Assert.Equal(18, cases.Count(one => Same(tokenizer, one.GetProperty("input"), Ids(one.GetProperty("encoded"), "input_ids"))));
    }

    [Fact]
    public void All_multilingual_stress_texts_have_the_expected_ids()
    {
        var tokenizer = Published("bert-base-uncased-vocab.txt", lowercase: true);
        var expected = Golden("multilingual_bge_small_en_v1.5.json").GetProperty("entries");
        var inputs = Golden("multilingual_inputs.json").GetProperty("inputs").EnumerateArray();

        Assert.Equal(30, inputs.Count(input => Same(
            tokenizer,
            input.GetProperty("text"),
            Ids(expected.GetProperty(input.GetProperty("id").GetString()!), "input_ids"))));
    }

    [Theory]
    [InlineData("bert_uncased_encoded.json", "bert-base-uncased-vocab.txt", true)]
    [InlineData("distilbert_cased_encoded.json", "bert-base-multilingual-cased-vocab.txt", false)]
    public void A_long_French_text_has_the_expected_ids(string file, string vocabulary, bool lowercase)
    {
        var golden = Golden(file);

        Assert.True(Same(Published(vocabulary, lowercase), golden.GetProperty("text"), Ids(golden, "token_ids")));
    }

    /// <summary>
    /// Compares with the Rust tokenizers of
    /// Hugging Face (npm package <c>tokenizers</c> 0.23.2) for the three checkpoints, on random texts of scripts, marks, control and
    /// private-use characters, special tokens and long words.
    /// </summary>
    [Theory]
    [InlineData("bert-uncased-seqcls")]
    [InlineData("bert-cased-tokencls")]
    [InlineData("roberta-seqcls")]
    public void All_hard_texts_have_the_expected_ids(string checkpoint)
    {
        var tokenizer = Checkpoint(checkpoint);
        var rows = Lines(Path.Combine(AppContext.BaseDirectory, "hard-texts.jsonl")).Where(
            row => row.GetProperty("checkpoint").GetString() == checkpoint);

        Assert.Equal(120, rows.Count(row => Same(tokenizer, row.GetProperty("text"), Ids(row, "ids"))));
    }

    internal static TextTokenizer Checkpoint(string name) => TokenizerLoader.Load(SharedData.Require(Path.Combine("hf_golden", name)));

    internal static WordPieceTokenizer Published(string vocabulary, bool lowercase) =>
        new(File.ReadAllLines(SharedData.Require(Path.Combine("bert_vocab", vocabulary))), lowercase, collapseUrls: false);

    internal static IEnumerable<JsonElement> Rows(string checkpoint)
        => Lines(SharedData.Require(Path.Combine("hf_golden", checkpoint, "expected.jsonl")));

    private static bool Same(TextTokenizer tokenizer, JsonElement text, int[] ids)
        => tokenizer.Encode(text.GetString()!, 512).Ids.SequenceEqual(ids);

    private static int[] Ids(JsonElement parent, string name) =>
        [.. parent.GetProperty(name).EnumerateArray().Select(static id => id.GetInt32())];

    private static JsonElement Golden(string file)
        => JsonElement.Parse(File.ReadAllText(SharedData.Require(Path.Combine("bert_tokenizer_golden", file))));

    private static IEnumerable<JsonElement> Lines(string path) => File.ReadLines(path).Select(static line => JsonElement.Parse(line));
}
