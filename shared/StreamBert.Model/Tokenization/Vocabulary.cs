namespace StreamBert.Model.Tokenization;

/// <summary>Tokens and their ids.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly string?[] _tokens;
    private readonly string _source;

    private Vocabulary(Dictionary<string, int> ids, string?[] tokens, string source)
    {
        (this._ids, this._tokens, this._source) = (ids, tokens, source);
        _lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>One more than the highest id.</summary>
    public int Size => _tokens.Length;

    public IReadOnlyDictionary<string, int> Ids => _ids;

    /// <summary>A token a line; its id is its place. Of two equal lines the later one counts, as in Hugging Face's reader.</summary>
    public static Vocabulary OfLines(IReadOnlyList<string> lines, string source)
    {
        var ids = new Dictionary<string, int>(lines.Count, StringComparer.Ordinal);
        for (var id = 0; id < lines.Count; id++) ids[lines[id]] = id;
        return new Vocabulary(ids, [.. lines], source);
    }

    /// <exception cref="ModelPackageException">An id is negative, given twice, or far beyond the number of tokens.</exception>
    public static Vocabulary OfIds(IReadOnlyCollection<KeyValuePair<string, int>> pairs, string source)
    {
        var ids = new Dictionary<string, int>(pairs.Count, StringComparer.Ordinal);
        foreach (var (token, id) in pairs)
        {
            // Ids index tensors and arrays; a file that names id 2,000,000,000 shall not make anyone allocate for it.
            if (id < 0 || id > 2L * pairs.Count + 1000)
            {
                throw new ModelPackageException(
                $"{source}: the token '{token}' has the id {id}, which cannot be among {pairs.Count} tokens.");
            }

            if (!ids.TryAdd(token, id)) throw new ModelPackageException($"{source}: the token '{token}' is there twice.");
        }

        var tokens = new string?[pairs.Count == 0 ? 0 : ids.Values.Max() + 1];
        foreach (var (token, id) in ids)
        {
            tokens[id] = tokens[id] is { } other
                ? throw new ModelPackageException($"{source}: the tokens '{other}' and '{token}' share the id {id}.")
                : token;
        }

        return new Vocabulary(ids, tokens, source);
    }

    /// <exception cref="ModelPackageException">An added token takes the id of another, or leaves a gap of more than a thousand.</exception>
    public Vocabulary With(IEnumerable<AddedToken> added)
    {
        var extra = added.Where(token => Find(token.Text) != token.Id).DistinctBy(static token => token.Text)
            .Select(static token => KeyValuePair.Create(token.Text, token.Id))
            .ToList();
        return extra.Count == 0 ? this : OfIds([.. _ids, .. extra], _source);
    }

    public int? Find(ReadOnlySpan<char> token) => _lookup.TryGetValue(token, out var id) ? id : null;

    /// <exception cref="ModelPackageException">The vocabulary lacks it.</exception>
    public int Require(string token)
        => Find(token) ?? throw new ModelPackageException($"{_source}: the vocabulary lacks the token {token}.");

    /// <summary>An id that no token has (a gap in the file) reads as nothing.</summary>
    public string TokenOf(int id) => (uint)id < (uint)_tokens.Length
        ? _tokens[id] ?? ""
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has {_tokens.Length} tokens.");

    public SpecialTokens Specials(SpecialNames names, bool doubleSeparator) =>
        new(Require(names.Cls), Require(names.Sep), Find(names.Unknown), Find(names.Pad), Find(names.Mask))
        {
            DoubleSeparator = doubleSeparator,
            TypesPairs = !doubleSeparator
        };
}

/// <summary>How a package writes its special tokens.</summary>
internal sealed record SpecialNames(string Cls, string Sep, string Unknown, string Pad, string Mask)
{
    public static SpecialNames Bert { get; } = new("[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]");
    public static SpecialNames Roberta { get; } = new("<s>", "</s>", "<unk>", "<pad>", "<mask>");

    public IEnumerable<string> All => [Cls, Sep, Unknown, Pad, Mask];
}
