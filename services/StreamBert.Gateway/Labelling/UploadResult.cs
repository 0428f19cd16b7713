namespace StreamBert.Gateway.Labelling;

/// <summary>What became of the rows of an uploaded file.</summary>
public sealed class UploadResult
{
    /// <summary>The number of refused rows that are listed.</summary>
    public const int MaxListed = 200;

    private readonly SortedDictionary<int, string> _listed = [];

    /// <summary>The number of labels that are stored.</summary>
    public int Stored { get; internal set; }

    /// <summary>The number of rows that are not stored.</summary>
    public int Refused { get; private set; }

    /// <summary>The refused rows that are listed: the line in the file → the reason.</summary>
    public IReadOnlyDictionary<int, string> Listed => _listed;

    internal void Refuse(int line, string reason)
    {
        Refused++;
        if (_listed.Count < MaxListed)
            _listed[line] = reason;
    }
}
