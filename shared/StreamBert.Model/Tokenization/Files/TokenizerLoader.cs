using StreamBert.Model.Tokenization.BytePair;
using StreamBert.Model.Tokenization.Normalizers;
using StreamBert.Model.Tokenization.Pipeline;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>Loads the tokenizer of a package from its tokenizer files; no other file is read.</summary>
public static class TokenizerLoader
{
    private const string TokenizerJson = "tokenizer.json", VocabularyText = "vocab.txt", VocabularyJson = "vocab.json",
        Merges = "merges.txt";
    private static readonly string[] WordPieceClasses =
        ["Bert", "DistilBert", "Electra", "MobileBert", "ConvBert", "SqueezeBert", "LayoutLM"];
    private static readonly string[] BytePairClasses = ["Roberta"];

    /// <summary>
    /// Loads <c>tokenizer.json</c>, which alone defines the tokenizer; without it <c>vocab.txt</c> (WordPiece), or <c>vocab.json</c> with
    /// <c>merges.txt</c> (byte-level BPE). The special tokens come from <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and
    /// <c>added_tokens.json</c>.
    /// </summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="lowercase">Whether texts are lower-cased if the files do not define it.</param>
    /// <param name="collapseUrls">Whether every web address is replaced by the token [URL].</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelPackageException">
    /// There is no tokenizer, it is not supported, or a file is damaged; the message names the file.
    /// </exception>
    public static TextTokenizer Load(string directory, bool lowercase = true, bool collapseUrls = false)
    {
        var config = TokenizerConfig.Read(directory);
        var (json, text, vocabulary, merges) = (PathTo(TokenizerJson), PathTo(VocabularyText), PathTo(VocabularyJson), PathTo(Merges));
        if (File.Exists(json)) return TokenizerJsonReader.Read(json, config, collapseUrls);
        config.RequireBasicTokenization();
        if (File.Exists(text))
        {
            return LoadWordPiece(text, config, new WordPieceOptions { Lowercase = lowercase, CollapseUrls = collapseUrls });
        }
        if (File.Exists(vocabulary) && File.Exists(merges)) return LoadBytePair(vocabulary, merges, config);
        throw new ModelPackageException(
            $"{directory}: there is no tokenizer: neither {TokenizerJson} nor {VocabularyText} nor {VocabularyJson} with {Merges}.");

        string PathTo(string file) => Path.Combine(directory, file);
    }

    /// <summary>
    /// Returns the longest input in tokens that the tokenizer's files allow, special tokens included; null if they set no limit.
    /// </summary>
    /// <param name="directory">The directory of the package.</param>
    /// <exception cref="ModelPackageException">A file is damaged, or its truncation is not supported.</exception>
    public static int? ReadMaxLength(string directory)
    {
        var (config, json) = (TokenizerConfig.Read(directory), Path.Combine(directory, TokenizerJson));
        return File.Exists(json) ? TokenizerJsonReader.ReadMaxLength(json, config) : config.MaxLength;
    }

    /// <summary>Creates BERT's tokenizer as a pipeline, which also matches added tokens in the normalized text.</summary>
    internal static TokenizerPipeline CreateBertPipeline(Vocabulary vocabulary, WordPieceOptions options) =>
        new(vocabulary, new PipelineComponents
        {
            Normalizers = [.. CreateBertNormalizers(options)],
            PreTokenizers = [.. PreTokenizerReader.CreateBert()],
            Model = new WordPieceModel(vocabulary, vocabulary.Require(options.Names.Unknown), "##", TokenizerLimits.MaxWordLength),
            AddedTokens = [.. options.AddedTokens, .. vocabulary.FindSpecialTokens(options.Names, maskStripsLeft: false)],
            SpecialTokens = vocabulary.GetSpecialTokens(options.Names, doubleSeparator: false),
            MaxLength = options.MaxLength,
            Url = vocabulary.GetUrlToken(options.CollapseUrls),
        });

    private static IEnumerable<INormalizer> CreateBertNormalizers(WordPieceOptions options) => NormalizerReader.CreateBert(
        cleanText: true, options.SplitChinese, options.StripAccents ?? options.Lowercase, options.Lowercase);

    private static TextTokenizer LoadWordPiece(string path, TokenizerConfig config, WordPieceOptions defaults)
    {
        config.RequireClass(WordPieceClasses);
        var (vocabulary, addedTokens) = config.ExtendVocabulary(Vocabulary.FromLines(TokenizerFileReader.ReadLines(path), path));
        var options = defaults with
        {
            Lowercase = config.Lowercase ?? defaults.Lowercase,
            StripAccents = config.StripAccents ?? defaults.StripAccents,
            SplitChinese = config.SplitChinese ?? defaults.SplitChinese,
            NeverSplit = config.NeverSplit,
            Names = config.GetNames(SpecialTokenNames.Bert),
            AddedTokens = addedTokens,
            MaxLength = config.MaxLength,
        };
        var needsPipeline = options.NeverSplit.Count == 0 && addedTokens.Any(static token => token.IsNormalized);
        return needsPipeline ? CreateBertPipeline(vocabulary, options) : new WordPieceTokenizer(vocabulary, options);
    }

    private static ByteLevelBpeTokenizer LoadBytePair(string vocabularyPath, string mergesPath, TokenizerConfig config)
    {
        config.RequireClass(BytePairClasses);
        var ids = TokenizerFileReader.ReadJson(
            vocabularyPath, root => Vocabulary.FromIds([.. TokenizerFileReader.ParseIds(root)], vocabularyPath));
        var (vocabulary, addedTokens) = config.ExtendVocabulary(ids);
        var names = config.GetNames(SpecialTokenNames.Roberta);
        return new ByteLevelBpeTokenizer(vocabulary, TokenizerFileReader.ReadMerges(mergesPath), mergesPath, new ByteLevelBpeOptions
        {
            AddPrefixSpace = config.AddPrefixSpace ?? false,
            Names = names,
            Model = new BytePairOptions { UnknownToken = vocabulary.Find(names.Unknown) is null ? null : names.Unknown },
            AddedTokens = addedTokens,
            MaxLength = config.MaxLength,
        });
    }
}
