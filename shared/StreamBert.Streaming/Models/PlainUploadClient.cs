using Amazon.S3;
using Amazon.S3.Model;

namespace StreamBert.Streaming.Models;

/// <summary>
/// A client of S3 that sends a file as it is, signed as a whole: several stores do not know the encoding in signed chunks, which the SDK
/// prefers, and would store it as a part of the file.
/// </summary>
internal sealed class PlainUploadClient(AmazonS3Config config) : AmazonS3Client(config)
{
    public override Task<PutObjectResponse> PutObjectAsync(PutObjectRequest request, CancellationToken cancellationToken = default)
    {
        request.UseChunkEncoding = false;
        return base.PutObjectAsync(request, cancellationToken);
    }

    public override Task<UploadPartResponse> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken = default)
    {
        request.UseChunkEncoding = false;
        return base.UploadPartAsync(request, cancellationToken);
    }
}
