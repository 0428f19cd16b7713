using System.Text;

namespace StreamBert.Tests.Fuzzing;

/// <summary>
/// Several files as one input: a line <c>=== NAME</c> before each. What stands before the first such line is the first file expected. One
/// directory is used again and again.
/// </summary>
internal sealed class FileSet(params string[] names) : IDisposable
{
    private static readonly byte[] Mark = Encoding.UTF8.GetBytes("\n=== ");
    private readonly Model.TempFolder _folder = new();

    public string Directory => _folder.Path;

    public string this[string name] => _folder[name];

    /// <summary>Writes the files that the input contains and deletes the others.</summary>
    public void Write(byte[] input)
    {
        var files = Split(input);
        foreach (var name in names)
        {
            if (files.TryGetValue(name, out var content)) File.WriteAllBytes(_folder[name], content.Span);
            else File.Delete(_folder[name]);
        }
    }

    public void Dispose() => _folder.Dispose();

    private Dictionary<string, ReadOnlyMemory<byte>> Split(byte[] input)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>();
        var (name, rest) = (names[0], input.AsMemory());
        while (true)
        {
            var end = rest.Span.IndexOf(Mark);
            files[name] = end < 0 ? rest : rest[..end];
            if (end < 0) return files;
            rest = rest[(end + Mark.Length)..];
            var line = rest.Span.IndexOf((byte)'\n');
            if (line < 0) return files;
            (name, rest) = (Encoding.UTF8.GetString(rest.Span[..line]), rest[(line + 1)..]);
        }
    }
}
