# NOT EXECUTED: nobody has applied this file yet. Only its syntax was checked (`terraform fmt`), and that its settings and
# rights come out as in docs/aws.md. Read the output of `terraform plan` with care.
#
# One function with a URL that AWS IAM guards, and, with a cache, one that follows the uploads of the bucket.
#
#   npm run package -- --param architecture=arm64        writes the zip
#   terraform apply -var bucket=photos -var cache_bucket=photos-exif

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.70"
    }
  }
}

variable "bucket" {
  description = "The bucket with the images. It must exist, and is not changed."
  type        = string
}

variable "prefix" {
  description = "Only keys below this prefix can be read."
  type        = string
  default     = ""
}

variable "cache_bucket" {
  description = "The bucket to create for the cache; empty = no cache."
  type        = string
  default     = ""
}

variable "zip" {
  description = "The zip of `npm run package`."
  type        = string
  default     = "../../.serverless/bucket-exif.zip"
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  s3 = "arn:${data.aws_partition.current.partition}:s3:::"

  # 1 or 0: with or without a cache.
  cached = var.cache_bucket == "" ? 0 : 1

  settings = { for name, value in {
    EXIF_BUCKET  = "s3://${var.bucket}"
    EXIF_CALLERS = "platform"
    EXIF_CACHE   = local.cached == 1 ? "s3://${var.cache_bucket}" : ""
    EXIF_WATCH   = local.cached == 1 && var.prefix != "" ? "${var.prefix}*" : ""
  } : name => value if value != "" }

  functions = { for name, size in {
    http   = { timeout = 10, memory = 256, retries = 0 }
    upload = { timeout = 60, memory = 512, retries = 2 }
  } : name => size if name == "http" || local.cached == 1 }

  # Images. With s3:ListBucket, S3 answers 404 and not 403 for a missing key; nothing is listed.
  read_images = [
    { Effect = "Allow", Action = ["s3:GetObject"], Resource = "${local.s3}${var.bucket}/${var.prefix}*" },
    {
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = "${local.s3}${var.bucket}"
      Condition = { StringLikeIfExists = { "s3:prefix" = "${var.prefix}*" } }
    },
  ]
  use_cache = [for statement in [
    { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "${local.s3}${var.cache_bucket}/*" },
    { Effect = "Allow", Action = ["s3:ListBucket"], Resource = "${local.s3}${var.cache_bucket}" },
  ] : statement if local.cached == 1]
  follow_uploads = local.cached == 0 ? [] : [
    {
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      Resource = aws_sqs_queue.uploads[0].arn
    },
    { Effect = "Allow", Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.dead_letters[0].arn },
  ]
}

# The functions, each with its log and its role.

resource "aws_cloudwatch_log_group" "log" {
  for_each          = local.functions
  name              = "/aws/lambda/bucket-exif-${each.key}"
  retention_in_days = 14
}

resource "aws_iam_role" "role" {
  for_each = local.functions
  name     = "bucket-exif-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "rights" {
  for_each = local.functions
  name     = "exif-${each.key}"
  role     = aws_iam_role.role[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.log[each.key].arn}:log-stream:*"
      }],
      local.read_images,
      local.use_cache,
      [for statement in local.follow_uploads : statement if each.key == "upload"],
    )
  })
}

resource "aws_lambda_function" "function" {
  for_each         = local.functions
  function_name    = "bucket-exif-${each.key}"
  role             = aws_iam_role.role[each.key].arn
  filename         = var.zip
  source_code_hash = filebase64sha256(var.zip)
  handler          = "handler/${each.key}.handler"
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  memory_size      = each.value.memory
  timeout          = each.value.timeout
  environment {
    variables = local.settings
  }
  depends_on = [aws_cloudwatch_log_group.log, aws_iam_role_policy.rights]
}

resource "aws_lambda_function_event_invoke_config" "retries" {
  for_each               = local.functions
  function_name          = aws_lambda_function.function[each.key].function_name
  maximum_retry_attempts = each.value.retries
}

resource "aws_lambda_function_url" "url" {
  function_name      = aws_lambda_function.function["http"].function_name
  authorization_type = "AWS_IAM"
}

output "url" {
  value = aws_lambda_function_url.url.function_url
}

# bucket -> EventBridge -> queue -> function `upload` -> cache. The bucket must send its events to EventBridge.

resource "aws_s3_bucket" "cache" {
  count  = local.cached
  bucket = var.cache_bucket
}

resource "aws_s3_bucket_public_access_block" "cache" {
  count                   = local.cached
  bucket                  = aws_s3_bucket.cache[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "cache" {
  count  = local.cached
  bucket = aws_s3_bucket.cache[0].id
  rule {
    id     = "old"
    status = "Enabled"
    filter {}
    expiration {
      days = 365
    }
  }
}

resource "aws_sqs_queue" "dead_letters" {
  count                     = local.cached
  name                      = "bucket-exif-dead-letters"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "uploads" {
  count                      = local.cached
  name                       = "bucket-exif-uploads"
  visibility_timeout_seconds = 360
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[0].arn
    maxReceiveCount     = 5
  })
}

resource "aws_cloudwatch_event_rule" "uploads" {
  count = local.cached
  name  = "bucket-exif-uploads"
  event_pattern = jsonencode({
    source        = ["aws.s3"]
    "detail-type" = ["Object Created", "Object Deleted"]
    detail = {
      bucket = { name = [var.bucket] }
      object = { key = [{ prefix = var.prefix }] } # "" is a prefix of every key
    }
  })
}

resource "aws_cloudwatch_event_target" "uploads" {
  count = local.cached
  rule  = aws_cloudwatch_event_rule.uploads[0].name
  arn   = aws_sqs_queue.uploads[0].arn
  dead_letter_config {
    arn = aws_sqs_queue.dead_letters[0].arn
  }
}

locals {
  # Only the rule may send to the queues.
  from_rule = [for queue in concat(aws_sqs_queue.uploads, aws_sqs_queue.dead_letters) : jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = queue.arn
      Condition = {
        ArnEquals    = { "aws:SourceArn" = aws_cloudwatch_event_rule.uploads[0].arn }
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
      }
    }]
  })]
}

resource "aws_sqs_queue_policy" "uploads" {
  count     = local.cached
  queue_url = aws_sqs_queue.uploads[0].id
  policy    = local.from_rule[0]
}

resource "aws_sqs_queue_policy" "dead_letters" {
  count     = local.cached
  queue_url = aws_sqs_queue.dead_letters[0].id
  policy    = local.from_rule[1]
}

resource "aws_lambda_event_source_mapping" "uploads" {
  count                   = local.cached
  event_source_arn        = aws_sqs_queue.uploads[0].arn
  function_name           = aws_lambda_function.function["upload"].arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
  scaling_config {
    maximum_concurrency = 10
  }
}
