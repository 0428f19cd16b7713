using System.Runtime.InteropServices;
using System.Text;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.BytePair;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Tests.Fuzzing;

/// <summary>Fuzzes texts and files of texts.</summary>
public sealed class TextFuzzTests
{
    private static readonly int PipelineLimit = new PipelineOptions { Name = "default" }.MaxTextBytes;

    private static readonly string[] Pieces =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[URL]", .. "abcdefghijklmnopqrstuvwxyz0123456789".SelectMany(
            static c => (string[])[$"{c}", $"##{c}"]), "oil", "##ing", "中", "é", ".", "@user"];

    private static readonly TextTokenizer[] WordPieces =
    [
        new WordPieceTokenizer(Pieces, lowercase: true, collapseUrls: true),
        new WordPieceTokenizer(Pieces, lowercase: false, collapseUrls: false),
        new WordPieceTokenizer(Vocabulary.FromLines(Pieces, "pieces"), new WordPieceOptions
        {
            StripAccents = true, SplitChinese = false, NeverSplit = ["c++", "don't"], AddedTokens = [new(
                "@user",
                83,
                StripsLeft: true,
                StripsRight: true,
                IsSingleWord: true)],
        }),
    ];

    private static readonly TextTokenizer[] BytePairs = [Pairs(false), Pairs(true)];

    [Fact]
    public void Any_text_is_tokenized_by_WordPiece() => Encodes(WordPieces, share: 0.25);

    [Fact]
    public void Any_text_is_tokenized_by_byte_pair_encoding() => Encodes(BytePairs, share: 0.25);

    /// <summary>Checks that merging is not quadratic in the length of a word, which would take minutes for one text.</summary>
    [Theory]
    [InlineData("\u007f")]
    [InlineData("=")]
    [InlineData("a")]
    [InlineData("\U0001F600")]
    public async Task A_word_of_the_maximum_text_length_is_tokenized_in_time(string sign)
    {
        var text = string.Concat(Enumerable.Repeat(sign, PipelineLimit / Encoding.UTF8.GetByteCount(sign)));
        foreach (var tokenizer in WordPieces.Concat(BytePairs))
        {
            await Task.Run(() => TokenizerChecks.Encode(tokenizer, text), TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("csv", ".csv")]
    [InlineData("gzip", ".csv.gz")]
    [InlineData("json-lines", ".jsonl")]
    [InlineData("json-lines", ".json")]
    [InlineData("plain-lines", ".txt")]
    public void Any_row_file_is_read_or_its_rows_are_reported(string corpus, string ending)
    {
        using var files = new FileSet("rows" + ending);
        Fuzzer.Run(corpus, input =>
        {
            File.WriteAllBytes(files["rows" + ending], input);
            var file = RowFile.Open(files["rows" + ending], allowPlainText: true);
            foreach (var row in file.ReadRows()) Assert.True(row.Fields is null != row.Fault is null);
            file.FindTextColumn(null);
        }, [typeof(CliException)], share: 0.5, bytesPerByte: 1 << 14);
    }

    private static void Encodes(TextTokenizer[] tokenizers, double share) => Fuzzer.Run("tokenizer-texts", input =>
    {
        string[] texts = [Encoding.UTF8
            .GetString(input), new string(MemoryMarshal.Cast<byte, char>(input.AsSpan(0, input.Length / 2 * 2)))];
        foreach (var tokenizer in tokenizers)
        {
            foreach (var text in texts)
                TokenizerChecks.Encode(tokenizer, text);
        }

        tokenizers[0].Encode(texts[0], texts[1], 32);
    }, [], share, bytesPerByte: 2048); // dozens of encodings, each with its own buffers

    /// <summary>Returns the letters that represent the bytes of UTF-8.</summary>
    private static IEnumerable<string> Letters() => Enumerable.Range(0, 0x10000).Where(Rune.IsValid)
        .SelectMany(static value => ByteLevel.Encode(new Rune(value).ToString()))
        .Distinct()
        .Select(static letter => $"{letter}");

    private static ByteLevelBpeTokenizer Pairs(bool prefix)
    {
        string[] tokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", .. Letters(), "oi", "oil", "Ġo", "aa", "aaaa"];
        var vocabulary = Vocabulary.FromIds([.. tokens.Distinct().Select(static (token, id) => KeyValuePair.Create(token, id))], "pairs");
        return new(vocabulary, [("o", "i"), ("oi", "l"), ("Ġ", "o"), ("a", "a"), ("aa", "aa")], "pairs", new() { AddPrefixSpace = prefix });
    }
}
