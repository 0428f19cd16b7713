using System.Security.Cryptography;
using StreamBert.Contracts;

namespace StreamBert.Cli.Replay.Sorting;

/// <summary>
/// Writes and reads the sorted temporary files of an external merge sort. The rows are not redacted yet, so the files are encrypted with a
/// key that exists only in memory: a file that survives a killed process reveals nothing.
/// </summary>
internal sealed class SortedRunFiles : IDisposable
{
    private const int BufferBytes = 1 << 16;
    private readonly Aes _aes = Aes.Create();

    public void Write(string path, IEnumerable<SortedRow> rows)
    {
        using var writer = new BinaryWriter(new CryptoStream(File.Create(path), _aes.CreateEncryptor(), CryptoStreamMode.Write));
        foreach (var row in rows)
        {
            writer.Write(true);
            row.Write(writer);
        }
        writer.Write(false);
    }

    /// <summary>Merges several files into one sorted sequence.</summary>
    public IEnumerable<SortedRow> Merge(IReadOnlyList<string> files)
    {
        var readers = files.Select(Open).ToList();
        try
        {
            var next = new PriorityQueue<BinaryReader, SortedRow>(readers.Count);
            readers.ForEach(reader => EnqueueNext(next, reader));
            while (next.TryDequeue(out var reader, out var row))
            {
                yield return row;
                EnqueueNext(next, reader);
            }
        }
        finally
        {
            readers.ForEach(static reader => reader.Dispose());
        }
    }

    public void Dispose() => _aes.Dispose();

    private BinaryReader Open(string file) =>
        new(new BufferedStream(new CryptoStream(RegularFile.Open(file), _aes.CreateDecryptor(), CryptoStreamMode.Read), BufferBytes));

    private static void EnqueueNext(PriorityQueue<BinaryReader, SortedRow> next, BinaryReader reader)
    {
        if (reader.ReadBoolean())
            next.Enqueue(reader, SortedRow.Read(reader));
    }
}
