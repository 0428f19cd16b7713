using System.Text.Json;
using StreamBert.Model;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;

namespace StreamBert.Tests.Model.Tokenization.Files;

/// <summary>Loads the tokenizers of valid and damaged packages.</summary>
public sealed class TokenizerLoaderTests : IDisposable
{
    private const string Words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\noil\nOil\ncafe\ncafé\n中\n文\nC\n+\n";
    private const string Vocabulary
        = """{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"o":4,"i":5,"l":6,"Ġ":7,"oi":8,"oil":9,"Ġoil":10,"<mask>":11}""";
    private const string Merges = "#version: 0.2\no i\noi l\nĠ oil\n";
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-tokenizers-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("{}", "Oil Café", "oil cafe")]
    [InlineData("""{"do_lower_case":false}""", "Oil café", "Oil café")]
    [InlineData("""{"do_lower_case":false,"strip_accents":true}""", "café", "cafe")]
    [InlineData("""{"strip_accents":false}""", "Café", "café")]
    [InlineData("""{"tokenize_chinese_chars":false}""", "中文", "[UNK]")]
    [InlineData("""{"never_split":["c++"]}""", "C++", "[UNK]")]
    [InlineData("""{"do_lower_case":false}""", "C++", "C + +")]
    [InlineData("""{"added_tokens_decoder":{"13":{"content":"@user","lstrip":false}}}""", "oil@user", "oil @user")]
    [InlineData("""{"tokenizer_class":"DistilBertTokenizerFast"}""", "oil", "oil")]
    public void The_tokenizer_config_beside_a_word_list_applies(string config, string text, string tokens)
    {
        Write(("vocab.txt", Words), ("tokenizer_config.json", config));

        Assert.Equal(tokens, Show(Load(), text));
    }

    [Theory]
    [InlineData("{}", "oil oil", "oil Ġoil")]
    [InlineData("""{"add_prefix_space":true}""", "oil oil", "Ġoil Ġoil")]
    [InlineData("{}", "oil  <mask>oil", "oil <mask> oil")]
    public void Byte_pairs_are_merged_in_the_order_of_their_ranks(string config, string text, string tokens)
    {
        Write(("vocab.json", Vocabulary), ("merges.txt", Merges), ("tokenizer_config.json", config));

        Assert.Equal(tokens, Show(Load(), text));
    }

    [Fact]
    public void A_tokenizer_json_gives_the_same_tokens_as_separate_files()
    {
        var words = Words.TrimEnd().Split('\n').Select(static (word, id) => (word, id))
            .ToDictionary(static pair => pair.word, static pair => pair.id);
        Write(("tokenizer.json", JsonSerializer.Serialize(new
        {
            added_tokens = new[] { new { id = 13, content = "@user", lstrip = false, normalized = false } },
            normalizer = new { type = "BertNormalizer", lowercase = false, strip_accents = (bool?)null, handle_chinese_chars = true },
            pre_tokenizer = new { type = "BertPreTokenizer" },
            post_processor = new { type = "BertProcessing", cls = (object[])["[CLS]", 2], sep = (object[])["[SEP]", 3] },
            model = new
            {
                type = "WordPiece",
                unk_token = "[UNK]",
                continuing_subword_prefix = "##",
                max_input_chars_per_word = 100,
                vocab = words
            },
        })));

        Assert.Equal("Oil café 中 文 @user", Show(Load(), "Oil café中文 @user"));
        Assert.Equal(14, Load().VocabularySize);
    }

    [Theory]
    [InlineData("""["o i","oi l","Ġ oil"]""")]
    [InlineData("""[["o","i"],["oi","l"],["Ġ","oil"]]""")]
    public void Merges_in_a_tokenizer_json_are_read_in_both_formats(string merges)
    {
        Write(("tokenizer.json",
            $$$"""
            {"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true},
             "post_processor":{"type":"RobertaProcessing","cls":["<s>",0],"sep":["</s>",2]},
             "model":{"type":"BPE","vocab":{{{Vocabulary}}},"merges":{{{merges}}}}}
            """));

        Assert.Equal("Ġoil Ġoil", Show(Load(), "oil oil"));
    }

    [Theory]
    [InlineData("128", 128)]
    [InlineData("1e30", null)]
    [InlineData("1000000000000000019884624838656", null)]
    [InlineData("null", null)]
    public void A_huge_maximum_length_means_no_limit(string limit, int? expected)
    {
        Write(("vocab.txt", Words), ("tokenizer_config.json", $"{{\"model_max_length\":{limit}}}"));

        Assert.Equal(expected, Load().MaxLength);
    }

    [Fact]
    public void Special_tokens_may_have_other_names()
    {
        Write(("vocab.txt", "<pad>\n<unk>\n<s>\n</s>\noil\n"),
            ("special_tokens_map.json", """{"cls_token":"<s>","sep_token":{"content":"</s>"},"unk_token":"<unk>","pad_token":"<pad>"}"""));

        var special = Load().SpecialTokens;

        Assert.Equal((2, 3, 1, 0, null), (special.Cls, special.Sep, special.Unknown, special.Pad, special.Mask));
        Assert.Equal("oil <unk> </s>", Show(Load(), "oil gas </s>"));
    }

    [Theory]
    [InlineData("vocab.txt", "oil\n", "[UNK]")]
    [InlineData("tokenizer.json", """{"model":{"type":"Unigram","vocab":[]}}""", "the model Unigram")]
    [InlineData("tokenizer.json", """{"model":{"type":"WordPiece","vocab":{"a":0,"a":1}}}""", "'a' is defined twice")]
    [InlineData("tokenizer.json", """{"model":{"type":"WordPiece","vocab":{"a":0,"b":0}}}""", "share the id 0")]
    [InlineData("tokenizer.json", """{"model":{"type":"WordPiece","vocab":{"a":-1}}}""", "id -1")]
    [InlineData("tokenizer.json", """{"model":{"type":"WordPiece","vocab":{"a":2000000000}}}""", "2000000000")]
    [InlineData("tokenizer.json", """{"model":{"type":"WordPiece","vocab":{"a":"x"}}}""", "tokenizer.json")]
    [InlineData("tokenizer.json", """{"model":""", "tokenizer.json")]
    [InlineData("tokenizer.json", "{}", "tokenizer.json")]
    [InlineData("tokenizer_config.json", "{}", "there is no tokenizer")]
    public void Invalid_tokenizers_are_refused_with_the_file(string file, string content, string named)
    {
        Write((file, content));

        var refused = Assert.Throws<ModelPackageException>(Load);

        Assert.Contains(_directory, refused.Message, StringComparison.Ordinal);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_of_another_class_is_refused()
    {
        Write(("vocab.txt", Words), ("tokenizer_config.json", """{"tokenizer_class":"BertJapaneseTokenizer"}"""));

        Assert.Contains("'BertJapaneseTokenizer'", Assert.Throws<ModelPackageException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_of_unknown_tokens_is_refused()
    {
        Write(("vocab.json", Vocabulary), ("merges.txt", "#version: 0.2\no x\n"));

        Assert.Contains("merges.txt: the merge 'o x'", Assert.Throws<ModelPackageException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_file_is_not_read_to_its_end()
    {
        using (var file = File.Create(Path.Combine(_directory, "vocab.txt"))) file.SetLength(65L << 20);

        Assert.Contains("more than 67,108,864 bytes", Assert.Throws<ModelPackageException>(Load).Message, StringComparison.Ordinal);
    }

    private TextTokenizer Load() => TokenizerLoader.Load(_directory);

    private void Write(params ReadOnlySpan<(string File, string Content)> files)
    {
        foreach (var (file, content) in files) File.WriteAllText(Path.Combine(_directory, file), content);
    }

    private static string Show(TextTokenizer tokenizer, string text)
        => string.Join(' ', tokenizer.Encode(text, 64).Ids[1..^1].Select(tokenizer.GetToken));
}
