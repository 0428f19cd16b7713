namespace StreamBert.Streaming.Hosting;

/// <summary>
/// Says how an S3-compatible store is reached. The credentials are those that the AWS SDK finds in the environment: variables, a profile,
/// or the role of the machine.
/// </summary>
public sealed class S3Options
{
    /// <summary>The address of a store that is not AWS, such as <c>https://minio.example:9000</c>. Default: that of AWS S3.</summary>
    public string? Endpoint { get; set; }

    /// <summary>
    /// The region. Default: that of the environment (<c>AWS_REGION</c>), or <c>us-east-1</c> with <see cref="Endpoint"/>.
    /// </summary>
    public string? Region { get; set; }

    /// <summary>
    /// Whether the bucket is a part of the path and not of the host name, as most stores other than AWS require. Default: false.
    /// </summary>
    public bool ForcePathStyle { get; set; }
}
