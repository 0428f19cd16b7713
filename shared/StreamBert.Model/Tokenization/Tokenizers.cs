namespace StreamBert.Model.Tokenization;

/// <summary>Finds out what tokenizer a package has, and loads it; nothing of the package but its tokenizer files is read.</summary>
public static class Tokenizers
{
    private const string WordList = "vocab.txt", VocabularyJson = "vocab.json", MergeList = "merges.txt", Whole = "tokenizer.json";
    private static readonly string[] WordPieceClasses
        = ["Bert", "DistilBert", "Electra", "MobileBert", "ConvBert", "SqueezeBert", "LayoutLM"];
    private static readonly string[] BytePairClasses = ["Roberta"];

    /// <summary>
    /// Reads <c>tokenizer.json</c>, which decides alone; where there is none, <c>vocab.txt</c> (word pieces), or <c>vocab.json</c> with
    /// <c>merges.txt</c>
    /// (byte-level byte pairs). Each with the special tokens of <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and
    /// <c>added_tokens.json</c>.
    /// </summary>
    /// <param name="lowercase">Whether text is lower-cased where the files do not say.</param>
    /// <param name="collapseUrls">Whether a web address becomes the one token [URL].</param>
    /// <exception cref="ModelPackageException">No tokenizer, one of another kind, or a damaged file; the message names the
    /// file.</exception>
    public static ITextTokenizer Load(string directory, bool lowercase = true, bool collapseUrls = false)
    {
        string At(string file) => Path.Combine(directory, file);
        var settings = TokenizerSettings.Read(directory);
        if (File.Exists(At(Whole))) return TokenizerJson.Read(At(Whole), settings, collapseUrls);
        settings.RequireBasics();
        if (File.Exists(At(WordList)))
        {
            settings.Require(WordPieceClasses);
            return WordPieces(
                settings,
                Vocabulary.OfLines(TokenizerFile.Lines(At(WordList)), At(WordList)),
                new WordPieceOptions { Lowercase = lowercase, CollapseUrls = collapseUrls });
        }

        if (File.Exists(At(VocabularyJson)) && File.Exists(At(MergeList)))
        {
            settings.Require(BytePairClasses);
            var vocabulary = TokenizerFile.Read(
                At(VocabularyJson),
                root => Vocabulary.OfIds([.. TokenizerFile.Ids(root)], At(VocabularyJson)));
            return BytePairs(settings, vocabulary, TokenizerFile.Merges(At(MergeList)), At(MergeList));
        }

        throw new ModelPackageException(
            $"{directory}: there is no tokenizer that can be read here: {Whole}, {WordList}, or {VocabularyJson} with {MergeList}.");
    }

    /// <summary>The longest input that the tokenizer's files allow, special tokens included; null where they set no limit.</summary>
    public static int? MaxLength(string directory)
    {
        var (settings, whole) = (TokenizerSettings.Read(directory), Path.Combine(directory, Whole));
        return File.Exists(whole) ? TokenizerJson.MaxLength(whole, settings) : settings.MaxLength;
    }

    private static ITextTokenizer WordPieces(TokenizerSettings settings, Vocabulary vocabulary, WordPieceOptions options)
    {
        var (complete, added) = settings.AddTo(vocabulary);
        options = options with
        {
            Lowercase = settings.Lowercase ?? options.Lowercase,
            StripAccents = settings.StripAccents ?? options.StripAccents,
            SplitChinese = settings.SplitChinese ?? options.SplitChinese,
            NeverSplit = settings.NeverSplit,
            Names = settings.Names(SpecialNames.Bert),
            Added = added,
            MaxLength = settings.MaxLength,
        };
        return options.NeverSplit.Count == 0 && added.Any(static token => token.Normalized)
            ? BertPipeline(complete, options)
            : new WordPieceTokenizer(complete, options);
    }

    /// <summary>The same tokenizer step by step, for tokens that are found only in the normalized text.</summary>
    internal static TokenizerPipeline BertPipeline(Vocabulary vocabulary, WordPieceOptions options) => new(vocabulary, new PipelineParts
    {
        Normalizers = [.. TokenizerComponents.Bert(
            cleans: true,
            options.SplitChinese,
            options.StripAccents ?? options.Lowercase,
            options.Lowercase)],
        PreTokenizers = [.. TokenizerComponents.BertPreTokenizer],
        Model = new AnyWordPieces(vocabulary, vocabulary.Require(options.Names.Unknown), "##", WordPieceTokenizer.MaxWordLength),
        Added = [.. options.Added, .. options.Names.All.Where(vocabulary.Ids.ContainsKey)
            .Select(name => new AddedToken(name, vocabulary.Require(name)))],
        Special = vocabulary.Specials(options.Names, doubleSeparator: false),
        MaxLength = options.MaxLength,
        Url = options.CollapseUrls ? new AddedToken("[URL]", vocabulary.Require("[URL]")) : null,
    });

    private static ByteLevelBpeTokenizer BytePairs(
        TokenizerSettings settings,
        Vocabulary vocabulary,
        IReadOnlyList<(string Left, string Right)> merges,
        string source)
    {
        var names = settings.Names(SpecialNames.Roberta);
        var (complete, added) = settings.AddTo(vocabulary);
        return new ByteLevelBpeTokenizer(complete, merges, source, new ByteLevelBpeOptions
        {
            AddPrefixSpace = settings.AddPrefixSpace ?? false,
            Names = names,
            Pairs = new BytePairOptions { Unknown = complete.Find(names.Unknown) is null ? null : names.Unknown },
            Added = added,
            MaxLength = settings.MaxLength,
        });
    }
}
