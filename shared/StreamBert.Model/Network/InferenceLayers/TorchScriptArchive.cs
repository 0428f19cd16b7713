using System.IO.Compression;
using System.Text;

namespace StreamBert.Model.Network.InferenceLayers;

/// <summary>
/// Creates the archive that libtorch loads from TorchScript source. Operators outside the <c>torch</c> namespace can be called only from
/// such an archive. libtorch requires the state of its only object, a flag, as a pickle, which is a constant here and never read from a
/// file.
/// </summary>
internal static class TorchScriptArchive
{
    /// <summary>An object of class <c>__torch__.Module</c> with <c>training</c> false.</summary>
    private static readonly byte[] State
        = [0x80, 2, .. "c__torch__\nModule\n)"u8, 0x81, .. "}(X"u8, 8, 0, 0, 0, .. "training"u8, 0x89, .. "ub."u8];

    /// <param name="code">The source, a class named Module.</param>
    public static byte[] Create(string code)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "data.pkl", State);
            Add(archive, "code/__torch__.py", Encoding.UTF8.GetBytes(code));
            Add(archive, "constants.pkl", [0x80, 2, .. ")."u8]);
            Add(archive, "version", "3\n"u8.ToArray());
        }

        return bytes.ToArray();
    }

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        using var entry = archive.CreateEntry("script/" + name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
