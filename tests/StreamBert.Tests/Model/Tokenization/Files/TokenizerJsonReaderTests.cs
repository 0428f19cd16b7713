using System.Text.Json.Nodes;
using CsCheck;
using StreamBert.Model;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Tests.Model.Tokenization.Files;

/// <summary>Reads <c>tokenizer.json</c>, and refuses unsupported components by name.</summary>
public sealed class TokenizerJsonReaderTests : IDisposable
{
    private const string Frame = """
        {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
         {"SpecialToken":{"id":"[SEP]","type_id":0}}],
         "pair":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
          {"SpecialToken":{"id":"[SEP]","type_id":0}},{"Sequence":{"id":"B","type_id":1}},{"SpecialToken":{"id":"[SEP]","type_id":1}}],
         "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}}
        """;

    private static readonly JsonObject Oracle = JsonNode.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "compositions.json")))!.AsObject();
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Compositions => [.. Oracle["compositions"]!.AsArray().Select(static one => (string)one!["name"]!)];

    /// <summary>Compares with the ids of the Rust tokenizers (npm package <c>tokenizers</c> 0.23.2).</summary>
    [Theory]
    [MemberData(nameof(Compositions))]
    public void Every_supported_composition_gives_the_ids_of_the_reference(string name)
    {
        var composition = Oracle["compositions"]!.AsArray().Single(one => (string)one!["name"]! == name)!;
        var vocabulary = Oracle["vocabulary"]!.AsArray().Select(static token => (string)token!).ToArray();
        var json = composition["json"]!.DeepClone().AsObject();
        json["model"]!["vocab"] = new JsonObject(vocabulary.Select(static (token, id) => KeyValuePair.Create(token, (JsonNode?)id)));
        var tokenizer = Load(json.ToJsonString());

        Assert.All(Oracle["texts"]!.AsArray().Zip(composition["ids"]!.AsArray()), row =>
        {
            var encoded = tokenizer.Encode((string)row.First!, tokenizer.MaxLength ?? 4096);
            Assert.Equal(Show(row.Second!.AsArray().Select(static id => (int)id!)), Show(encoded.Ids));
        });

        string Show(IEnumerable<int> ids) => string.Join(' ', ids.Select(tokenizer.GetToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_BERT_tokenizer_and_its_pipeline_agree_on_any_text(bool lowercase)
    {
        string[] atoms = ["oil", "Oil", "É", "e\u0301", "İ", "Å", "각", "中", "\u1100", "a\u0315\u0300", "\u1acd", "\u0378", "🫨", "𫠠", "豈",
            ";", "\u037e", "[MASK]", " ", "\t", "\u0085", "\ud83d", "..", "ǅ", "\u2e5d", "\ue000", "x1"];
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "oil", "Oil", .. atoms.SelectMany(
            static atom => atom.EnumerateRunes()).Select(static rune =>
                rune.ToString()).Distinct().Where(static c =>
                c != "\ufffd").SelectMany(static c => (string[])[c, $"##{c}"]), "##e", "##a", "e", "a"];
        var vocabulary = Vocabulary.FromLines([.. pieces.Distinct()], "pieces");
        var options = new WordPieceOptions { Lowercase = lowercase };
        var (quick, general) = (new WordPieceTokenizer(vocabulary, options), TokenizerLoader.CreateBertPipeline(vocabulary, options));

        Gen.OneOf(Gen.Int[0, atoms.Length - 1].Select(at => atoms[at]), Gen.String[0, 5]).Array[0, 10].Select(string.Concat).Sample(text =>
        {
            var (a, b) = (quick.Encode(text, 4096), general.Encode(text, 4096));
            return a.Ids.SequenceEqual(b.Ids) && a.Offsets.SequenceEqual(b.Offsets);
        });
    }

    [Fact]
    public void It_takes_precedence_over_a_word_list_and_the_tokenizer_config()
    {
        foreach (var config in (
            string[])["""{"tokenizer_class":"PreTrainedTokenizerFast"}""",
            """{"tokenizer_class":"TokenizersBackend","do_lower_case":true}""",
            """{"tokenizer_class":"MyOwnTokenizer","model_max_length":32,"do_basic_tokenize":false}""", "{}"])
        {
            Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\noil\n.\n");
            Write("tokenizer_config.json", config);

            Assert.Equal([2, 6, 7, 10, 8, 9, 3], Load(Bert(lowercase: false)).Encode("Oil slumps. Profit rose", 32).Ids);
        }
    }

    [Theory]
    [InlineData("""{"truncation":{"max_length":6,"strategy":"LongestFirst","stride":0,"direction":"Right"}}""", "{}", 6)]
    [InlineData("""{"truncation":{"max_length":6}}""", """{"model_max_length":5}""", 5)]
    [InlineData("""{"truncation":null}""", """{"model_max_length":512}""", 512)]
    [InlineData(
        """{"truncation":null,"padding":{"strategy":{"Fixed":16},"direction":"Right","pad_id":0,"pad_type_id":0,"pad_token":"[PAD]"}}""",
        """{"model_max_length":1000000000000000019884624838656}""",
        null)]
    public void Its_truncation_limits_the_length(string fields, string config, int? limit)
    {
        Write("tokenizer_config.json", config);

        Assert.Equal(limit, Load(Bert(lowercase: true, fields)).MaxLength);
        Assert.Equal(limit, TokenizerLoader.ReadMaxLength(_folder.Path));
    }

    [Theory]
    [InlineData("""{"normalizer":{"type":"Precompiled","precompiled_charsmap":"AA=="}}""", "normalizer Precompiled")]
    [InlineData("""{"normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"ByteLevel"}]}}""", "normalizer ByteLevel")]
    [InlineData(
        """{"normalizer":{"type":"Replace","pattern":{"Regex":"(?<=a)b"},"content":""}}""",
        "normalizer Replace with the Regex '(?<=a)b'")]
    [InlineData("""{"pre_tokenizer":{"type":"Metaspace","replacement":"_","prepend_scheme":"always"}}""", "pre_tokenizer Metaspace")]
    [InlineData("""{"pre_tokenizer":{"type":"UnicodeScripts"}}""", "pre_tokenizer UnicodeScripts")]
    [InlineData(
        """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\p{L}+"},"behavior":"Isolated","invert":false}}""",
        "pre_tokenizer Split with the Regex")]
    [InlineData("""{"pre_tokenizer":{"type":"Split","pattern":{"String":"a"},"behavior":"Upwards","invert":false}}""", "behavior Upwards")]
    [InlineData("""{"pre_tokenizer":{"pattern":"a"}}""", "pre_tokenizer has no type")]
    [InlineData("""{"post_processor":null}""", "post_processor is absent")]
    [InlineData("""{"post_processor":{"type":"ByteLevel","trim_offsets":true}}""", "post_processor adds no special tokens")]
    [InlineData(
        """
        {"post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},
         {"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[],"special_tokens":{"[SEP]":{"ids":[3]}}}}
        """,
        "single template '$A:0 [SEP]:0'")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0]]}}""", "model Unigram")]
    [InlineData("""{"model":{"type":"BPE","dropout":0.1,"vocab":{"[UNK]":1,"[CLS]":2,"[SEP]":3},"merges":[]}}""", "dropout 0.1")]
    [InlineData("""{"truncation":{"max_length":6,"direction":"Left"}}""", "direction Left")]
    [InlineData("""{"padding":{"strategy":{"Fixed":16},"direction":"Left"}}""", "direction Left")]
    public void Unsupported_components_are_refused_by_name_and_type(string fields, string named)
    {
        var refused = Assert.Throws<ModelPackageException>(() => Load(Bert(lowercase: true, fields)));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_without_pairs_encodes_single_texts()
    {
        var template = JsonNode.Parse(Frame)!;
        template["pair"] = JsonNode.Parse("""[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}]""");

        var tokenizer = Load(Bert(lowercase: true, $$"""{"post_processor":{{template.ToJsonString()}}}"""));

        Assert.Equal([2, 5, 3], tokenizer.Encode("oil", 8).Ids);
        Assert.False(tokenizer.SpecialTokens.SupportsPairs);
    }

    [Fact]
    public void A_cased_tokenizer_json_beside_an_uncased_word_list_is_cased()
    {
        var tokenizer = TokenizerLoader.Load(SharedData.Require(Path.Combine("..", "cases", "c12-cased-by-tokenizer-json", "model")));

        Assert.Equal([2, 6, 7, 13, 9, 10, 3], tokenizer.Encode("Oil slumps. Profit rose", 32).Ids);
    }

    public void Dispose() => _folder.Dispose();

    private TextTokenizer Load(string json)
    {
        Write("tokenizer.json", json);
        return TokenizerLoader.Load(_folder.Path);
    }

    private void Write(string file, string content) => File.WriteAllText(_folder[file], content);

    private static string Bert(bool lowercase, string? fields = null)
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "oil", "Oil", "slumps", "Profit", "rose", "."];
        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["normalizer"] = new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = true,
                ["handle_chinese_chars"] = true,
                ["strip_accents"] = null,
                ["lowercase"] = lowercase
            },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["post_processor"] = JsonNode.Parse(Frame),
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = "[UNK]",
                ["vocab"] = new JsonObject(vocabulary.Select(static (token, id) => KeyValuePair.Create(token, (JsonNode?)id)))
            },
        };
        foreach (var (name, value) in JsonNode.Parse(fields ?? "{}")!.AsObject()) json[name] = value?.DeepClone();
        return json.ToJsonString();
    }
}
