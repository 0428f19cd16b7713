using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Cli.Datasets;

/// <summary>Finds twins, near-duplicates and contradicting labels among the rows of a data set.</summary>
internal sealed class DatasetCheck
{
    private readonly IReadOnlyList<FileRows> _files;
    private readonly IReadOnlyList<DatasetRow> _rows;
    private readonly ILookup<int, DatasetRow> _byInput;
    private readonly Dictionary<(int Input, int File), DatasetRow> _first = [];
    private readonly Dictionary<(int Input, int File), (int Input, double Similarity)> _nearest = [];

    private DatasetCheck(DatasetReader dataset)
    {
        (_files, _rows) = (dataset.Files, dataset.Rows);
        _byInput = _rows.ToLookup(static row => row.Input);
        foreach (var row in _rows)
            _first.TryAdd((row.Input, row.File), row);
    }

    /// <param name="dataset">The rows of all files.</param>
    /// <param name="model">The name of the model as which they were read.</param>
    /// <param name="maxTokens">The longest input of the model in tokens.</param>
    /// <param name="similarity">The similarity from which two inputs are near-duplicates.</param>
    public static DatasetReport Run(DatasetReader dataset, string model, int maxTokens, double similarity)
    {
        var check = new DatasetCheck(dataset);
        var similar = dataset.Inputs.FindSimilar(similarity);
        foreach (var pair in similar.Pairs)
            check.AddNear(pair);
        var files = dataset.Files.Select((file, index) => check.Summarize(file, index)).ToList();
        return new(model, maxTokens, similarity, files, [.. check.ListOverlaps()], [.. check.ListConflicts()], similar.SkippedComparisons);
    }

    private void AddNear(SimilarPair pair)
    {
        AddNear(pair.First, pair.Second, pair.Similarity);
        AddNear(pair.Second, pair.First, pair.Similarity);
    }

    /// <summary>Registers an input as the nearest one to another in each file that contains it, unless a nearer one is known.</summary>
    private void AddNear(int input, int other, double similarity)
    {
        foreach (var file in _byInput[other].Select(static row => row.File).Distinct())
        {
            if (!_nearest.TryGetValue((input, file), out var known) || known.Similarity < similarity)
                _nearest[(input, file)] = (other, similarity);
        }
    }

    private FileSummary Summarize(FileRows file, int index)
    {
        var rows = _rows.Where(row => row.File == index).ToList();
        return new(
            file.File.Path,
            file.File.Part,
            file.Format,
            file.Count,
            file.Unreadable.Count,
            file.Unreadable.Count > 0 ? file.Unreadable.ToString() : null,
            file.Empty,
            file.Cut,
            file.Unlabelled,
            rows.Count(row => _first[(row.Input, index)].Number != row.Number),
            rows.Count(row => _nearest.ContainsKey((row.Input, index))),
            file.Labels);
    }

    private IEnumerable<FileOverlap> ListOverlaps()
    {
        for (var later = 1; later < _files.Count; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
                yield return Compare(earlier, later);
        }
    }

    private FileOverlap Compare(int earlier, int later)
    {
        var (pairs, otherLabel) = (new List<RowPair>(), 0L);
        foreach (var row in _rows.Where(row => row.File == later))
        {
            if (FindNearest(row, earlier) is not { } pair)
                continue;
            pairs.Add(pair);
            if (pair.IsTwin && HasOtherLabel(row, earlier))
                otherLabel++;
        }
        var twins = pairs.Count(static pair => pair.IsTwin);
        var (file, of) = (_files[later], _files[earlier]);
        return new(
            file.File.Path, of.File.Path, file.File.Part != of.File.Part, file.Count, twins, otherLabel, pairs.Count - twins, pairs);
    }

    private RowPair? FindNearest(DatasetRow row, int file)
    {
        if (_first.TryGetValue((row.Input, file), out var twin))
            return new(row.Number, twin.Number, IsTwin: true, 1, row.Label, twin.Label);
        if (!_nearest.TryGetValue((row.Input, file), out var near))
            return null;
        var other = _first[(near.Input, file)];
        return new(row.Number, other.Number, IsTwin: false, near.Similarity, row.Label, other.Label);
    }

    private bool HasOtherLabel(DatasetRow row, int file)
    {
        var twins = _byInput[row.Input].Where(twin => twin.File == file && twin.Label is not null).ToList();
        return row.Label is not null && twins.Count > 0 && !twins.Exists(twin => twin.Label == row.Label);
    }

    private IEnumerable<LabelConflict> ListConflicts() =>
        from twins in _byInput
        let labelled = twins.Where(static row => row.Label is not null).ToList()
        where labelled.Select(static row => row.Label).Distinct().Count() > 1
        select new LabelConflict([.. labelled.Select(row => new ConflictingRow(_files[row.File].File.Path, row.Number, row.Label!))]);
}
