using System.Net;
using System.Text.RegularExpressions;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Models;

/// <summary>
/// Reads and writes the objects of a bucket below a prefix. Files are streamed: the memory that a transfer needs does not grow with the
/// file. Every error is a <see cref="ModelStoreException"/>. Thread-safe.
/// </summary>
internal sealed partial class S3Bucket : IDisposable
{
    private const string DefaultRegion = "us-east-1";
    private const int MaxRetries = 2, MaxPartsAtOnce = 2, CopyBufferBytes = 128 * 1024;

    /// <summary>Neither a connection nor a pause in a download may take longer.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5), StallTimeout = TimeSpan.FromSeconds(60);

    private readonly PlainUploadClient _client;
    private readonly TransferUtility _transfer;
    private readonly TimeProvider _time;
    private readonly string _bucket, _prefix, _description;

    /// <exception cref="ConfigurationException">The address or an option is invalid.</exception>
    public S3Bucket(string address, S3Options options, TimeProvider time)
    {
        if (AddressPattern().Match(address) is not { Success: true } match)
        {
            throw new ConfigurationException(
                $"Models:Store is '{address}'; give s3://BUCKET or s3://BUCKET/PREFIX. Credentials belong in the AWS environment.");
        }
        _bucket = match.Groups["bucket"].Value;
        _prefix = match.Groups["prefix"].Value.Trim('/') is { Length: > 0 } prefix ? prefix + "/" : "";
        _description = options.Endpoint is { Length: > 0 } endpoint ? $"{address} at {endpoint}" : address;
        _time = time;
        _client = new(CreateConfig(options));
        _transfer = new(_client, new TransferUtilityConfig { ConcurrentServiceRequests = MaxPartsAtOnce });
    }

    public void Dispose()
    {
        _transfer.Dispose();
        _client.Dispose();
    }

    /// <summary>Returns the objects whose keys begin with a prefix.</summary>
    public Task<List<StoredObject>> ListAsync(string prefix, CancellationToken cancellation) => CallAsync(
        $"list {(prefix.Length > 0 ? prefix : "its objects")}",
        async () =>
        {
            var objects = new List<StoredObject>();
            var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _prefix + prefix };
            do
            {
                var page = await _client.ListObjectsV2Async(request, cancellation);
                objects.AddRange((page.S3Objects ?? []).Select(ToStoredObject));
                request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
            }
            while (request.ContinuationToken is not null);
            return objects;
        },
        cancellation);

    /// <summary>Uploads a file, a large one in parts; the object is visible when it is complete.</summary>
    public Task UploadAsync(string file, string key, CancellationToken cancellation) => CallAsync(
        $"write {key}",
        async () =>
        {
            await _transfer.UploadAsync(
                new TransferUtilityUploadRequest { BucketName = _bucket, Key = _prefix + key, FilePath = file }, cancellation);
            return true;
        },
        cancellation);

    /// <summary>Downloads an object to a stream.</summary>
    /// <returns>False if there is no such object.</returns>
    public Task<bool> DownloadAsync(string key, Stream target, CancellationToken cancellation) => CallAsync(
        $"read {key}",
        async () =>
        {
            try
            {
                using var response = await _client.GetObjectAsync(_bucket, _prefix + key, cancellation);
                await CopyAsync(response.ResponseStream, target, cancellation);
                return true;
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket")
            {
                return false;
            }
        },
        cancellation);

    /// <summary>Deletes an object, if it exists.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellation) =>
        CallAsync($"delete {key}", () => _client.DeleteObjectAsync(_bucket, _prefix + key, cancellation), cancellation);

    private static AmazonS3Config CreateConfig(S3Options options)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.ForcePathStyle,
            MaxErrorRetry = MaxRetries,
            ConnectTimeout = ConnectTimeout,
            // The checksums of the package cover every byte; many stores do not know those of AWS.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { Length: > 0 } endpoint)
        {
            if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
                throw new ConfigurationException("Models:S3:Endpoint is no address; give one such as https://minio.example:9000.");
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = options.Region is { Length: > 0 } region ? region : DefaultRegion;
        }
        else if (options.Region is { Length: > 0 } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        return config;
    }

    private StoredObject ToStoredObject(S3Object item) => new(
        item.Key[_prefix.Length..], item.Size ?? 0,
        item.LastModified is { } modified ? new(modified.ToUniversalTime()) : DateTimeOffset.UnixEpoch);

    private async Task CopyAsync(Stream source, Stream target, CancellationToken cancellation)
    {
        var buffer = new byte[CopyBufferBytes];
        while (await source.ReadAsync(buffer, cancellation).AsTask().WaitAsync(StallTimeout, _time, cancellation) is > 0 and var count)
            await target.WriteAsync(buffer.AsMemory(0, count), cancellation);
    }

    private async Task<T> CallAsync<T>(string action, Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is not ModelStoreException && !cancellation.IsCancellationRequested)
        {
            throw new ModelStoreException(
                $"The model store {_description} cannot {action}: {e.Message.Split('\n')[0].TrimEnd('.', ':', '\r')}. {Remedy(e)}", e);
        }
    }

    private static string Remedy(Exception error) => error switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => "Create the bucket, or correct Models:Store.",
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } =>
            "Check the AWS credentials of this process and their rights on the bucket (ListBucket, GetObject, PutObject, DeleteObject).",
        AmazonServiceException { StatusCode: not 0 } => "Check Models:Store and Models:S3 (Endpoint, Region, ForcePathStyle).",
        AmazonClientException =>
            "Give this process AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the role of the machine.",
        IOException { HResult: not 0 } => "Check the store, the network, and the space on the disk of Models:Directory.",
        _ => "Check that the store is running, and that Models:S3:Endpoint and Models:S3:Region are right.",
    };

    [GeneratedRegex(@"^s3://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?<prefix>(/[A-Za-z0-9._-]+)*)/?$")]
    private static partial Regex AddressPattern();
}
