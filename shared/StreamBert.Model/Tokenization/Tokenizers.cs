namespace StreamBert.Model.Tokenization;

/// <summary>Finds out what tokenizer a package has, and loads it; nothing of the package but its tokenizer files is read.</summary>
public static class Tokenizers
{
    private const string WordList = "vocab.txt", VocabularyJson = "vocab.json", MergeList = "merges.txt", Whole = "tokenizer.json";
    private static readonly string[] WordPieceClasses = ["Bert", "DistilBert", "Electra", "MobileBert", "ConvBert", "SqueezeBert", "LayoutLM"];
    private static readonly string[] BytePairClasses = ["Roberta"];

    /// <summary>
    /// Reads <c>vocab.txt</c> (word pieces), or <c>vocab.json</c> with <c>merges.txt</c> (byte-level byte pairs), or <c>tokenizer.json</c> alone, each
    /// with what <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>added_tokens.json</c> say.
    /// </summary>
    /// <param name="lowercase">Whether text is lower-cased where the files do not say.</param>
    /// <param name="collapseUrls">Whether a web address becomes the one token [URL].</param>
    /// <exception cref="ModelPackageException">No tokenizer, one of another kind, or a damaged file; the message names the file.</exception>
    public static ITextTokenizer Load(string directory, bool lowercase = true, bool collapseUrls = false)
    {
        string At(string file) => Path.Combine(directory, file);
        var settings = TokenizerSettings.Read(directory);
        if (File.Exists(At(WordList)))
        {
            settings.Require(WordPieceClasses);
            var vocabulary = Vocabulary.OfLines(TokenizerFile.Lines(At(WordList)), At(WordList));
            return WordPieces(settings, vocabulary, new WordPieceOptions { Lowercase = lowercase, CollapseUrls = collapseUrls });
        }

        if (File.Exists(At(VocabularyJson)) && File.Exists(At(MergeList)))
        {
            settings.Require(BytePairClasses);
            var vocabulary = TokenizerFile.Read(At(VocabularyJson), root => Vocabulary.OfIds([.. TokenizerFile.Ids(root)], At(VocabularyJson)));
            return BytePairs(settings, vocabulary, TokenizerFile.Merges(At(MergeList)), At(MergeList), new ByteLevelBpeOptions());
        }

        if (!File.Exists(At(Whole))) throw new ModelPackageException($"{directory}: there is no tokenizer that can be read here: {WordList}, {VocabularyJson} with {MergeList}, or {Whole}.");
        var json = TokenizerJson.Read(At(Whole));
        settings = settings with { Added = [.. json.Added, .. settings.Added] };
        return json.WordPieces is { } options
            ? WordPieces(settings, json.Vocabulary, options with { CollapseUrls = collapseUrls })
            : BytePairs(settings, json.Vocabulary, json.Merges, At(Whole), json.BytePairs!);
    }

    /// <summary>The longest input that the tokenizer's files allow, special tokens included; null where they set no limit.</summary>
    public static int? MaxLength(string directory) => TokenizerSettings.Read(directory).MaxLength;

    private static WordPieceTokenizer WordPieces(TokenizerSettings settings, Vocabulary vocabulary, WordPieceOptions options)
    {
        var names = settings.Names(SpecialNames.Bert);
        var (complete, added) = settings.AddTo(vocabulary);
        return new WordPieceTokenizer(complete, options with
        {
            Lowercase = settings.Lowercase ?? options.Lowercase,
            StripAccents = settings.StripAccents ?? options.StripAccents,
            SplitChinese = settings.SplitChinese ?? options.SplitChinese,
            NeverSplit = settings.NeverSplit,
            Names = names,
            Added = added,
            MaxLength = settings.MaxLength,
        });
    }

    private static ByteLevelBpeTokenizer BytePairs(
        TokenizerSettings settings, Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> merges, string source, ByteLevelBpeOptions options)
    {
        var names = settings.Names(SpecialNames.Roberta);
        var (complete, added) = settings.AddTo(vocabulary);
        return new ByteLevelBpeTokenizer(complete, merges, source, options with
        {
            AddPrefixSpace = settings.AddPrefixSpace ?? options.AddPrefixSpace,
            Names = names,
            Added = added,
            MaxLength = settings.MaxLength,
        });
    }
}
