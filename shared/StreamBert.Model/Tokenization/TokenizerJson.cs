using System.Text.Json;

namespace StreamBert.Model.Tokenization;

/// <summary><c>tokenizer.json</c> of Hugging Face's fast tokenizers: it decides alone how texts are read.</summary>
internal static class TokenizerJson
{
    /// <param name="settings">What stands beside it: special tokens, longest input, further added tokens.</param>
    /// <exception cref="ModelPackageException">Damaged, or composed of what is not supported; the message names component and
    /// type.</exception>
    public static ITextTokenizer Read(string path, TokenizerSettings settings, bool collapseUrls) => TokenizerFile.Read(path, root =>
    {
        var components = new TokenizerComponents(path);
        var model = TokenizerFile.Property(root, "model") ?? throw components.Unsupported("there is no model");
        var kind = Kind(model);
        if (kind is not ("WordPiece" or "BPE" or "WordLevel"))
        {
            throw components.Unsupported(
            $"the model {kind} is not supported; WordPiece, BPE and WordLevel are");
        }

        var (vocabulary, literal) = settings.AddTo(
            Vocabulary.OfIds([.. TokenizerFile.Ids(model.GetProperty("vocab"))], path),
            AddedTokens(root));
        return new Composition(
            path,
            root,
            model,
            kind,
            components,
            vocabulary,
            literal,
            settings with { MaxLength = Limit(root, components, settings) }).Build(collapseUrls);
    });

    /// <summary>The longest input by the file's truncation and what stands beside it.</summary>
    public static int? MaxLength(string path, TokenizerSettings settings) =>
        TokenizerFile.Read(path, root => Limit(root, new TokenizerComponents(path), settings));

    private static string Kind(JsonElement model) => TokenizerFile.Text(model, "type")
        ?? (TokenizerFile.Property(model, "merges") is not null ? "BPE" // older files do not say
            : model.TryGetProperty("vocab", out var vocab) && vocab.ValueKind == JsonValueKind.Array ? "Unigram" : "WordPiece");

    private static List<AddedToken> AddedTokens(JsonElement root) =>
        TokenizerFile.Property(root, "added_tokens")?.EnumerateArray()
            .Select(static token => TokenizerFile.Token(token, token.GetProperty("id").GetInt32()))
            .ToList() ?? [];

    private static int? Limit(JsonElement root, TokenizerComponents components, TokenizerSettings settings)
    {
        RefusePadding(root, components);
        if (TokenizerFile.Property(root, "truncation") is not { } truncation) return settings.MaxLength;
        if (TokenizerFile.Text(truncation, "direction") is not (null or "Right") and var direction)
        {
            throw components.Unsupported(
            $"the truncation with the direction {direction} is not supported; Right is");
        }

        if (TokenizerFile.Text(truncation, "strategy") is "OnlySecond")
        {
            throw components.Unsupported(
            "the truncation with the strategy OnlySecond is not supported; LongestFirst and OnlyFirst are");
        }

        var limit = TokenizerFile.Property(truncation, "max_length")?.GetInt32();
        return limit is null || settings.MaxLength is null ? limit ?? settings.MaxLength : Math.Min(limit.Value, settings.MaxLength.Value);
    }

    /// <summary>Texts are never padded here, which changes no answer; tokens of padding before a text would.</summary>
    private static void RefusePadding(JsonElement root, TokenizerComponents components)
    {
        if (TokenizerFile.Property(root, "padding") is { } padding && TokenizerFile.Text(padding, "direction") == "Left"
            && TokenizerFile.Property(padding, "strategy") is { ValueKind: JsonValueKind.Object })
        {
            throw components.Unsupported("the padding to a fixed length with the direction Left is not supported");
        }
    }

    /// <summary>The parts of one file on their way to a tokenizer.</summary>
    private sealed record Composition(
        string Path, JsonElement Root, JsonElement Model, string Kind, TokenizerComponents Components, Vocabulary Vocabulary, IReadOnlyList<AddedToken> Literal, TokenizerSettings Settings)
    {
        public ITextTokenizer Build(bool collapseUrls)
        {
            var (normalizers, splitters) = (Components.Parts(
                TokenizerFile.Property(Root, "normalizer"),
                "normalizer",
                "normalizers"), Components.Parts(TokenizerFile.Property(Root, "pre_tokenizer"), "pre_tokenizer", "pretokenizers"));
            var special = Special(new PostProcessorJson(Components).Read(TokenizerFile.Property(Root, "post_processor")));
            if (IsBert(normalizers, splitters)) return Bert(normalizers[0], special, collapseUrls);
            if (!collapseUrls && IsRoberta(normalizers, splitters)) return Roberta(splitters[0], special);
            return new TokenizerPipeline(Vocabulary, new PipelineParts
            {
                Normalizers = [.. normalizers.SelectMany(Components.Normalizers)],
                PreTokenizers = [.. splitters.SelectMany(splitter => Components.TypeOf(splitter, "pre_tokenizer") == "BertPreTokenizer"
                    ? TokenizerComponents.BertPreTokenizer
                    : [Components.PreTokenizer(splitter)])],
                Model = PieceModel(),
                Added = Literal,
                Special = special,
                MaxLength = Settings.MaxLength,
                Url = collapseUrls ? new AddedToken("[URL]", Vocabulary.Require("[URL]")) : null,
            });
        }

        private bool IsBert(List<JsonElement> normalizers, List<JsonElement> splitters) =>
            Kind == "WordPiece" && Prefix == "##" && MaxCharacters == WordPieceTokenizer.MaxWordLength
                && !Literal.Any(static token => token.Normalized)
                && normalizers is [var normalizer]
                && Components.TypeOf(normalizer, "normalizer") == "BertNormalizer"
                && TokenizerFile.Flag(
                normalizer,
                "clean_text") != false
                && splitters is [var splitter]
                && Components.TypeOf(splitter, "pre_tokenizer") == "BertPreTokenizer";

        private bool IsRoberta(List<JsonElement> normalizers, List<JsonElement> splitters) =>
            Kind == "BPE" && normalizers is [] && splitters is [var splitter] && Components.TypeOf(splitter, "pre_tokenizer") == "ByteLevel"
                && TokenizerFile.Flag(splitter, "use_regex") != false;

        private WordPieceTokenizer Bert(
            JsonElement normalizer,
            SpecialTokens special,
            bool collapseUrls) => new(Vocabulary, new WordPieceOptions
            {
                Lowercase = TokenizerFile.Flag(normalizer, "lowercase") ?? true,
                StripAccents = TokenizerFile.Flag(normalizer, "strip_accents"),
                SplitChinese = TokenizerFile.Flag(normalizer, "handle_chinese_chars") ?? true,
                CollapseUrls = collapseUrls,
                Names = SpecialNames.Bert with { Unknown = Unknown ?? SpecialNames.Bert.Unknown },
                Special = special,
                Written = false,
                Added = Literal,
                MaxLength = Settings.MaxLength,
            });

        private ByteLevelBpeTokenizer Roberta(
            JsonElement splitter,
            SpecialTokens special) => new(Vocabulary, Merges(), Path, new ByteLevelBpeOptions
            {
                AddPrefixSpace = TokenizerFile.Flag(splitter, "add_prefix_space") ?? true,
                Special = special,
                Pairs = Pairs(),
                Written = false,
                Added = Literal,
                MaxLength = Settings.MaxLength,
            });

        private IPieceModel PieceModel() => Kind switch
        {
            "BPE" => new BytePairs(Vocabulary, Merges(), Path, Pairs()),
            "WordLevel" => new WholePieces(Vocabulary, Vocabulary.Require(Unknown ?? "<unk>")),
            _ => new AnyWordPieces(Vocabulary, Vocabulary.Require(Unknown ?? SpecialNames.Bert.Unknown), Prefix, MaxCharacters),
        };

        private string? Unknown => TokenizerFile.Text(Model, "unk_token");
        private string Prefix => TokenizerFile.Text(Model, "continuing_subword_prefix") ?? "##";
        private int MaxCharacters
            => TokenizerFile.Property(Model, "max_input_chars_per_word")?.GetInt32() ?? WordPieceTokenizer.MaxWordLength;

        private BytePairOptions Pairs()
        {
            if (TokenizerFile.Property(Model, "dropout")?.GetDouble() is > 0 and var dropout)
            {
                throw Components.Unsupported(
                $"the model BPE with the dropout {dropout} is not supported: it would cut the same text differently each time");
            }

            return new BytePairOptions
            {
                Unknown = Unknown,
                Prefix = TokenizerFile.Text(Model, "continuing_subword_prefix") ?? "",
                Suffix = TokenizerFile.Text(Model, "end_of_word_suffix") ?? "",
                FuseUnknown = TokenizerFile.Flag(Model, "fuse_unk") ?? false,
                ByteFallback = TokenizerFile.Flag(Model, "byte_fallback") ?? false,
                IgnoreMerges = TokenizerFile.Flag(Model, "ignore_merges") ?? false,
            };
        }

        private List<(string Left, string Right)> Merges()
            => TokenizerFile.Property(Model, "merges")?.EnumerateArray().Select(Merge).ToList() ?? [];

        /// <summary>Older files write a pair as one string.</summary>
        private static (string Left, string Right) Merge(JsonElement merge) => merge.ValueKind == JsonValueKind.String
            ? TokenizerFile.Merge(TokenizerFile.Required(merge))
            : merge.GetArrayLength() == 2 ? (TokenizerFile.Required(merge[0]), TokenizerFile.Required(merge[1]))
            : throw new FormatException("a merge is no pair of tokens");

        /// <summary>The frame is the file's own; unknown, padding and mask tokens have names.</summary>
        private SpecialTokens Special(TextFrame frame)
        {
            var names = Settings.Names(Kind == "WordPiece" ? SpecialNames.Bert : SpecialNames.Roberta);
            foreach (var id in (ReadOnlySpan<int>)[frame.Cls, frame.Sep])
            {
                if (id < 0 || id >= Vocabulary.Size)
                {
                    throw Components.Unsupported(
                    $"the post_processor adds the token {id}, which the vocabulary of {Vocabulary.Size} lacks");
                }
            }

            return new SpecialTokens(
                frame.Cls,
                frame.Sep,
                Vocabulary.Find(Unknown ?? names.Unknown),
                Vocabulary.Find(names.Pad),
                Vocabulary.Find(names.Mask))
            {
                DoubleSeparator = frame.DoubleSeparator,
                TypesPairs = frame.TypesPairs,
                FramesPairs = frame.FramesPairs,
            };
        }
    }
}
