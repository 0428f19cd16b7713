using System.IO.Compression;
using System.Text;

namespace StreamBert.Tests.Monitoring.Checkpoints;

internal static class CompressedJson
{
    public static byte[] Of(string json)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
            zip.Write(Encoding.UTF8.GetBytes(json));
        return bytes.ToArray();
    }
}
